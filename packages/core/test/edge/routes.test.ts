import { describe, expect, test } from '@jest/globals'
import { explainRoutes, type ObjectSnapshot, readRoutes } from '../../src/index.ts'
import { container, pod, placement, service } from '../builders.ts'
import { createEdgeWorld, edgeObjects, ingress, ingressClass, shopObjects } from './edge-world.ts'

const idsOf = (world: ReturnType<typeof createEdgeWorld>) => readRoutes(world.state).map(({ id }) => id)

describe('routes behind an edge proxy', () => {
  test('each host and path of an Ingress is one, behind the port that leads to the controller of its class', () => {
    const rules = [{ host: 'shop.localhost' }, { host: 'shop.localhost', path: '/api' }, { host: '*.dev.localhost' }]
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', rules)])
    expect(idsOf(world)).toEqual([
      'route:80/*.dev.localhost/',
      'route:80/shop.localhost/',
      'route:80/shop.localhost/api',
    ])
  })

  test('are asked for by their host and path, at the first vantage of the port, beside one host that nobody has', () => {
    const rules = [{ host: '*.dev.localhost', path: '/api/(.*)', pathType: 'ImplementationSpecific' }]
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', rules)])
    const asked = world.plans.filter(({ target }) => /^(route|edge):/.test(target))
    expect(asked.map(({ id, port, speech: { host, path, protocol } }) => [id, port, host, path, protocol])).toEqual([
      ['route:80/*.dev.localhost/api/@host/loopback4', 80, 'portolan-probe.dev.localhost', '/api/', 'http'],
      ['edge:80@host/loopback4', 80, 'no-such-route.portolan.invalid', '/', 'http'],
    ])
  })

  test('one that no class serves is asked for at the only edge proxy all the same', () => {
    const shop = ingress('shop', [{ host: 'shop.localhost' }], { className: 'ngnix' })
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), shop])
    expect(readRoutes(world.state)).toMatchObject([{ id: 'route:80/shop.localhost/', port: 'host:80' }])
  })

  test('of a class whose controller is elsewhere is behind no port, and unknown', () => {
    const shop = ingress('shop', [{ host: 'shop.localhost' }], { className: 'cloud' })
    const world = createEdgeWorld([
      ...edgeObjects(),
      ingressClass(),
      ingressClass('cloud', { controller: 'example.com/cloud' }),
      shop,
    ])
    world.pass(120_000)
    expect(readRoutes(world.state)).toMatchObject([
      { port: null, state: 'unknown', note: 'no mapped port leads to the edge proxy of class cloud' },
    ])
  })

  test.each<[string, ObjectSnapshot[], string]>([
    [
      'a NodePort that is not mapped',
      edgeObjects({ ports: [{ ...service().ports[0]!, nodePort: 30090 }] }),
      'nodePort 30090 of Service default/edge',
    ],
    [
      'a pod that takes a port of a node without a mapping',
      [
        pod('edge-1', 'c', {
          placement: placement({
            labels: { 'app.kubernetes.io/name': 'ingress-nginx' },
            ports: [{ name: 'http', containerPort: 80, hostPort: 80, hostIP: '', protocol: 'TCP' }],
          }),
        }),
      ],
      'pod default/edge-1 takes port 80 of c',
    ],
  ])('behind no port says where its edge proxy is: %s', (_, edge, place) => {
    const shop = ingress('shop', [{ host: 'shop.localhost' }])
    const world = createEdgeWorld([...edge, ...shopObjects(), ingressClass(), shop])
    world.pass(1000)
    const note = `no mapped port leads to the edge proxy of class nginx (${place})`
    const [explained] = explainRoutes(world.state, world.now)
    expect(explained?.route).toMatchObject({ port: null, state: 'unknown', note })
    expect(explained?.hops.map(({ name, state, text }) => [name, state, text])).toEqual([
      ['client', 'green', 'this machine'],
      ['host port', 'not seen', note],
      ['edge proxy', 'not seen', 'no ready pod is known'],
      ['route', 'not seen', 'Ingress default/shop, class nginx'],
      ['service', 'green', 'Service default/shop port 80'],
      ['endpoint', 'green', 'ready on b'],
      ['application', 'not seen', 'not asked yet'],
    ])
  })

  test('a Service says by an annotation that its pods are the edge proxy of a class', () => {
    const own = { 'portolan.dev/edge': 'mine' }
    const one = pod('proxy-1', 'a', { placement: placement() })
    const world = createEdgeWorld([
      service({ annotations: own }),
      one,
      ingress('shop', [{ host: 'a.localhost' }], { className: 'mine' }),
    ])
    expect(readRoutes(world.state)).toMatchObject([{ id: 'route:80/a.localhost/', port: 'host:80' }])
  })

  test('without an Ingress nothing is asked', () => {
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass()])
    expect(world.plans.some(({ target }) => /^(route|edge):/.test(target))).toBe(false)
  })

  test('beyond 64 the others are counted, and all together are asked ten times a second at most', () => {
    const rules = Array.from({ length: 100 }, (_, index) => ({ host: `shop-${index}.localhost` }))
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', rules)])
    const asked = world.plans.filter(({ target }) => target.startsWith('route:'))
    expect(asked).toHaveLength(64)
    expect(asked.reduce((sum, { intervalMs }) => sum + 1000 / intervalMs, 0)).toBeLessThanOrEqual(10)
    expect(world.state.edge.leftOut.count).toBe(36)
  })

  test('a name that no target may have is made fit, and kept apart from others', () => {
    const rules = [
      { host: 'shop.localhost', path: '/ü' },
      { host: 'shop.localhost', path: '/ä' },
      { host: 'shop.localhost', path: `/${'long/'.repeat(80)}` },
    ]
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', rules)])
    const ids = idsOf(world)
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^route:[\w.:/*~-]{1,200}$/)
  })

  test('go with their port', () => {
    const world = createEdgeWorld([
      ...edgeObjects(),
      ...shopObjects(),
      ingressClass(),
      ingress('shop', [{ host: 'shop.localhost' }]),
    ])
    world.containers(container('a'))
    expect(world.plans.filter(({ target }) => target.startsWith('route:80'))).toEqual([])
    expect(readRoutes(world.state)).toMatchObject([{ port: null, state: 'unknown' }])
  })
})
