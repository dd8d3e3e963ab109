import { describe, expect, test } from '@jest/globals'
import { readRoutes } from '../../src/index.ts'
import { pod, placement, service, slice } from '../builders.ts'
import {
  createEdgeWorld,
  edgeObjects,
  ingressRoute,
  NGINX_404,
  SHOP_ROUTE,
  shopObjects,
  shopService,
} from './edge-world.ts'

const TRAEFIK = { 'app.kubernetes.io/name': 'traefik' }
const traefik = (port = 'web') => {
  const ports = [{ name: port, containerPort: 8080, hostPort: 0, hostIP: '', protocol: 'TCP' }]
  const one = pod('edge-1', 'a', { placement: placement({ labels: TRAEFIK, ports }) })
  return [
    service({ name: 'edge', uid: 'service-edge', selector: TRAEFIK }),
    one,
    slice([one], { name: 'edge-x', uid: 'slice-edge', service: 'edge' }),
  ]
}

describe('an IngressRoute', () => {
  test('is behind the port that leads to its entry point, by the name of the port of the pod', () => {
    const world = createEdgeWorld([...traefik(), ...shopObjects(), ingressRoute({ entryPoints: ['web'] })])
    expect(readRoutes(world.state)).toMatchObject([
      { id: SHOP_ROUTE, port: 'host:80', claimedBy: ['IngressRoute default/shop'], className: null },
    ])
  })

  test('of an entry point that no mapped port leads to is unknown, and says so', () => {
    const world = createEdgeWorld([...traefik(), ...shopObjects(), ingressRoute({ entryPoints: ['websecure'] })])
    world.pass(120_000)
    expect(readRoutes(world.state)).toMatchObject([
      { port: null, state: 'unknown', note: 'no mapped port is known to lead to entry point websecure of Traefik' },
    ])
  })

  test('is never asked of another edge proxy', () => {
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressRoute()])
    world.pass(120_000)
    expect(readRoutes(world.state)).toMatchObject([{ port: null, state: 'unknown' }])
  })

  test('that leads to a port which its Service does not have gets the patch for its own shape', () => {
    const route = ingressRoute()
    const rules = route.rules.map((rule) => ({ ...rule, backend: { service: 'shop', port: '8888' } }))
    const world = createEdgeWorld([...traefik(), ...shopObjects(), { ...route, rules }])
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    expect(world.incident()).toMatchObject({
      cause: 'route_backend_port',
      remedies: [{ command: expect.stringContaining('"path":"/spec/routes/0/services/0/port","value":80') }],
    })
  })

  test('whose Service is deleted is broken by that', () => {
    const world = createEdgeWorld([...traefik(), ...shopObjects(), ingressRoute()])
    world.answer(SHOP_ROUTE, 200)
    world.pass(5000)
    world.remove(shopService())
    world.answer(SHOP_ROUTE, 404, NGINX_404)
    expect(world.incident()).toMatchObject({
      cause: 'route_backend_missing',
      summary: 'Route shop.localhost/: IngressRoute default/shop leads to Service default/shop, which does not exist.',
    })
  })
})

test.each([
  ['a host that is none', { host: 'a b [' }],
  ['a path of two slashes', { path: '//' }],
])('a redirect from %s is no fault of this program', (_, asked) => {
  const route = ingressRoute()
  const world = createEdgeWorld([
    ...traefik(),
    ...shopObjects(),
    { ...route, rules: route.rules.map((rule) => ({ ...rule, ...asked })) },
  ])
  const [{ id } = { id: '' }] = readRoutes(world.state)
  world.answer(id, 301, { server: '', body: '', location: '/elsewhere' })
  expect(readRoutes(world.state)).toMatchObject([{ state: 'up' }])
})
