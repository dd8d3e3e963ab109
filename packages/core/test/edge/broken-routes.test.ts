import { describe, expect, test } from '@jest/globals'
import { explainTarget, readRoutes } from '../../src/index.ts'
import { ALL_OK, DROPPED } from '../world.ts'
import {
  APP,
  createEdgeWorld,
  edgeObjects,
  edgePod,
  ingress,
  ingressClass,
  NGINX_404,
  PAGE_503,
  SHOP_ROUTE,
  shopObjects,
  shopPod,
  shopService,
  shopSlice,
} from './edge-world.ts'
import { placement, pod, slice } from '../builders.ts'

function shopWorld(asksPods = false, more: Parameters<typeof ingress>[2] = {}) {
  const rule = { host: 'shop.localhost' }
  const world = createEdgeWorld(
    [...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', [rule], more)],
    asksPods,
  )
  world.answer(SHOP_ROUTE, 200)
  world.pass(5000)
  return world
}

describe('a route', () => {
  test('that the application answers is up', () => {
    expect(shopWorld().route()).toEqual({ state: 'up', cause: undefined })
  })

  test.each([401, 403, 302, 400])('is up where the application answers %i', (status) => {
    const world = shopWorld()
    world.answer(SHOP_ROUTE, status)
    expect(world.route().state).toBe('up')
  })

  test('whose Service is deleted is broken at the first answer of the edge, and the deletion is the trigger', () => {
    const world = shopWorld()
    world.remove(shopService())
    world.pass(400)
    world.answer(SHOP_ROUTE, 503, PAGE_503)
    expect(world.route()).toEqual({ state: 'broken', cause: 'route_backend_missing' })
    expect(world.incident()).toMatchObject({
      target: SHOP_ROUTE,
      confidence: 'proven',
      summary: 'Route shop.localhost/: Ingress default/shop leads to Service default/shop, which does not exist.',
      trigger: { text: 'Service default/shop was deleted' },
    })
  })

  test('bursts when its backend changes', () => {
    const world = shopWorld()
    world.effects.length = 0
    world.set(shopSlice([]))
    expect(world.effects).toContainEqual(
      expect.objectContaining({
        kind: 'burst',
        bursts: [expect.objectContaining({ plan: `${SHOP_ROUTE}@host/loopback4` })],
      }),
    )
  })

  test('that leads to a port which its Service does not have names both, with the patch', () => {
    const world = shopWorld()
    world.set(ingress('shop', [{ host: 'shop.localhost', backend: { service: 'shop', port: '8888' } }]))
    world.answer(SHOP_ROUTE, 503, PAGE_503)
    expect(world.incident()).toMatchObject({
      cause: 'route_backend_port',
      summary:
        'Route shop.localhost/: Ingress default/shop leads to port 8888 of Service default/shop, which has 80 (http).',
      remedies: [{ command: expect.stringContaining('patch ingress/shop') }],
    })
  })

  test('whose pods are not ready says why, as a port does', () => {
    const world = shopWorld()
    const containers = shopPod().containers.map((one) => ({ ...one, ready: false }))
    const sick = shopPod({ ready: false, readySince: world.now, containers })
    world.set(sick, shopSlice([sick]))
    world.pass(60_000)
    world.probe('host:80', ALL_OK)
    world.answer(SHOP_ROUTE, 503, PAGE_503)
    expect(world.incident()).toMatchObject({
      target: SHOP_ROUTE,
      cause: 'no_endpoints',
      confidence: 'proven',
      summary: expect.stringContaining('its readiness probe fails'),
    })
  })

  test('of a class that does not exist is not taken by the edge', () => {
    const world = shopWorld(false, { className: 'ngnix' })
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    expect(world.incident()).toMatchObject({
      cause: 'ingress_class_missing',
      confidence: 'proven',
      summary: expect.stringContaining('there is no IngressClass ngnix'),
      remedies: [{ command: expect.stringContaining('"ingressClassName":"nginx"') }],
    })
  })

  test('that answered before, and now as for a host that nobody has, is missing at the edge after two answers', () => {
    const world = shopWorld()
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    expect(world.route().cause).toBeUndefined()
    world.pass(1000)
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    expect(world.incident()).toMatchObject({ cause: 'route_missing', confidence: 'likely' })
  })

  test('that never answered otherwise may be one whose application has the same page: unknown, and it says so', () => {
    const world = createEdgeWorld([
      ...edgeObjects(),
      ...shopObjects(),
      ingressClass(),
      ingress('shop', [{ host: 'shop.localhost' }]),
    ])
    for (let turn = 0; turn < 3; turn += 1) {
      world.answer(SHOP_ROUTE, 404, NGINX_404)
      world.pass(5000)
    }
    expect(world.route()).toEqual({ state: 'unknown', cause: undefined })
    expect(readRoutes(world.state)[0]?.note).toMatch(
      /as the edge proxy does for an unknown host; the application may answer the same/,
    )
  })

  test('whose pod answers the same 404 from within is up: it is the application', () => {
    const world = createEdgeWorld(
      [...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', [{ host: 'shop.localhost' }])],
      true,
    )
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    world.askedPod(SHOP_ROUTE, 404)
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
  })

  test('whose pod answers otherwise from within is missing at the edge, proven', () => {
    const world = createEdgeWorld(
      [...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', [{ host: 'shop.localhost' }])],
      true,
    )
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    world.askedPod(SHOP_ROUTE, 200)
    expect(world.incident()).toMatchObject({ cause: 'route_missing', confidence: 'proven' })
  })

  test('is not broken by a 503 of the application itself', () => {
    const world = shopWorld(true)
    world.answer(SHOP_ROUTE, 503, APP)
    world.askedPod(SHOP_ROUTE, 503)
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
    expect(readRoutes(world.state)[0]?.degraded).toBe('answers with HTTP status 503, from the application itself')
  })

  test('whose pod refuses from within as it ends leads to no wrong port', () => {
    const world = shopWorld(true)
    for (let turn = 0; turn < 2; turn += 1) {
      world.answer(SHOP_ROUTE, 502, PAGE_503)
      world.pass(500)
    }
    world.askedPod(SHOP_ROUTE, null)
    expect(world.route().cause).toBeUndefined()
    world.set(shopPod({ deletedAt: world.now }), shopSlice([]))
    world.remove(shopPod())
    world.pass(1000)
    world.answer(SHOP_ROUTE, 502, PAGE_503)
    expect(world.changes('incident.opened').map((one) => one.incident.cause)).toEqual(['no_endpoints'])
  })

  test('whose pod refuses from within since its Service leads elsewhere leads to a port where nobody listens', () => {
    const world = shopWorld(true)
    const [port] = shopService().ports
    world.set(shopService({ ports: [{ ...port!, targetPort: '9999' }] }))
    world.pass(500)
    world.answer(SHOP_ROUTE, 502, PAGE_503)
    world.pass(500)
    world.answer(SHOP_ROUTE, 502, PAGE_503)
    expect(world.route().cause).toBeUndefined()
    world.askedPod(SHOP_ROUTE, null)
    expect(world.incident()).toMatchObject({ cause: 'target_port_wrong', confidence: 'proven' })
  })

  test('that answers 502 with nothing to explain it is unproven, once it was seen three times', () => {
    const world = shopWorld()
    for (let turn = 0; turn < 3; turn += 1) {
      world.answer(SHOP_ROUTE, 502, PAGE_503)
      world.pass(1000)
    }
    expect(world.incident()).toMatchObject({
      cause: 'unproven',
      summary: expect.stringContaining('answers 502, while Service default/shop is ready on b'),
    })
  })

  test('closes once it was answered twice, at the first of the answers', () => {
    const world = shopWorld()
    world.remove(shopService())
    world.answer(SHOP_ROUTE, 503, PAGE_503)
    world.set(shopService())
    world.pass(1000)
    const back = world.now
    world.answer(SHOP_ROUTE, 200)
    expect(world.route().cause).toBe('route_backend_missing')
    world.pass(500)
    world.answer(SHOP_ROUTE, 200)
    expect(world.changes('incident.closed')[0]?.incident).toMatchObject({ darkUntil: back })
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
  })

  test('that two Ingresses lead elsewhere is up, and says so', () => {
    const other = ingress('other', [{ host: 'shop.localhost', backend: { service: 'blog', port: '80' } }])
    const world = createEdgeWorld([
      ...edgeObjects(),
      ...shopObjects(),
      ingressClass(),
      ingress('shop', [{ host: 'shop.localhost' }]),
      other,
    ])
    world.answer(SHOP_ROUTE, 200)
    expect(readRoutes(world.state)[0]).toMatchObject({
      state: 'up',
      degraded: expect.stringContaining('(route_conflict)'),
    })
  })

  test('that redirects to itself is a loop', () => {
    const world = shopWorld()
    for (let turn = 0; turn < 2; turn += 1) {
      world.answer(SHOP_ROUTE, 308, { ...APP, location: 'http://shop.localhost/' })
      world.pass(500)
    }
    expect(world.incident()).toMatchObject({ cause: 'redirect_loop' })
  })

  test('that redirects elsewhere is up', () => {
    const world = shopWorld()
    world.answer(SHOP_ROUTE, 308, { ...APP, location: 'https://shop.localhost/' })
    world.answer(SHOP_ROUTE, 302, { ...APP, location: '/login' })
    expect(world.route().state).toBe('up')
  })
})

describe('a route with TLS', () => {
  function tlsWorld() {
    const shop = ingress('shop', [{ host: 'shop.localhost' }], {
      tls: [{ hosts: ['shop.localhost'], secretName: 'shop-tls' }],
    })
    const world = createEdgeWorld([
      ...edgeObjects({
        ports: [{ name: 'https', port: 443, targetPort: '8443', nodePort: 30080, protocol: 'TCP', appProtocol: '' }],
      }),
      ...shopObjects(),
      ingressClass(),
      shop,
    ])
    world.answer(
      'edge:80',
      404,
      { ...NGINX_404, certificate: { subject: 'CN=edge default', fits: false } },
      { protocol: 'https' },
    )
    return world
  }

  test('that shows the certificate of the edge names the Secret', () => {
    const world = tlsWorld()
    world.answer(SHOP_ROUTE, 200, { ...APP, certificate: { subject: 'CN=edge default', fits: false } })
    expect(world.incident()).toMatchObject({
      cause: 'route_certificate',
      confidence: 'proven',
      summary: expect.stringMatching(
        /its default certificate of CN=edge default, which is not for shop\.localhost: Secret default\/shop-tls is missing/,
      ),
    })
  })

  test('that shows one for its host is up', () => {
    const world = tlsWorld()
    world.answer(SHOP_ROUTE, 200, { ...APP, certificate: { subject: 'CN=shop.localhost', fits: true } })
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
  })
})

describe('while the port is dark', () => {
  /** The seed's story: the only pod of the edge proxy moves to a node that is not mapped, under policy Local. */
  function moved() {
    const world = shopWorld()
    const there = pod('edge-2', 'b', {
      placement: placement({ labels: { 'app.kubernetes.io/name': 'ingress-nginx' } }),
    })
    world.remove(edgePod())
    world.set(there, slice([there], { name: 'edge-x', uid: 'slice-edge', service: 'edge' }))
    return world
  }

  test('one incident opens, that of the port, and lists its routes', () => {
    const world = moved()
    world.answer(SHOP_ROUTE, 0, APP, { symptom: 'silent', status: undefined as never })
    world.pass(300)
    world.probe('host:80', DROPPED)
    world.pass(5000)
    const opened = world.changes('incident.opened')
    expect(opened.map(({ target }) => target)).toEqual(['host:80'])
    expect(opened[0]?.incident).toMatchObject({ cause: 'etp_local', routes: { count: 1, names: ['shop.localhost/'] } })
    expect(world.route()).toEqual({ state: 'down', cause: undefined })
    expect(explainTarget(world.state, 'host:80', world.now)?.routes[0]?.route.note).toBe(
      'the port in front of it, 80, is dark (etp_local)',
    )
  })

  test('answers of before it came back say nothing of the route', () => {
    const world = moved()
    world.probe('host:80', DROPPED)
    world.pass(2000)
    world.set(edgePod(), slice([edgePod()], { name: 'edge-x', uid: 'slice-edge', service: 'edge' }))
    for (let turn = 0; turn < 2; turn += 1) {
      world.pass(300)
      world.probe('host:80', ALL_OK)
    }
    world.tell({ kind: 'tick' })
    world.answer(SHOP_ROUTE, 200)
    expect(world.route()).toEqual({ state: 'up', cause: undefined })
    expect(world.changes('incident.opened').map(({ target }) => target)).toEqual(['host:80'])
  })
})

test('a class whose controller has no pod is a fault after a while, where nothing else could serve it', () => {
  const shop = ingress('shop', [{ host: 'shop.localhost' }])
  const world = createEdgeWorld([ingressClass(), shop, ...shopObjects()])
  world.pass(10_000)
  expect(world.changes('incident.opened')).toEqual([])
  world.pass(40_000)
  expect(world.incident()).toMatchObject({
    cause: 'ingress_class_missing',
    summary: expect.stringContaining('no pod of ingress-nginx runs, which IngressClass nginx is for'),
  })
})

test('a controller that was installed with labels of its own may well serve its class', () => {
  const labels = { 'app.kubernetes.io/name': 'nginx-ingress-controller' }
  const own = { ...edgePod(), placement: { ...edgePod().placement, labels } }
  const world = createEdgeWorld([ingressClass(), ingress('shop', [{ host: 'shop.localhost' }]), own, ...shopObjects()])
  world.pass(60_000)
  expect(world.changes('incident.opened')).toEqual([])
})
