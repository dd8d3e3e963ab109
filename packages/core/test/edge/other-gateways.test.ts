import { describe, expect, test } from '@jest/globals'
import { explainTarget, foresee, readRoutes, readTarget, type ServiceSnapshot, unwatched } from '../../src/index.ts'
import { service, slice } from '../builders.ts'
import { DROPPED } from '../world.ts'
import {
  accepted,
  createEdgeWorld,
  edgeObjects,
  FRONT,
  gateway,
  gatewayClass,
  httpRoute,
  SHOP_ROUTE,
  shopObjects,
} from './edge-world.ts'

const front = () => edgeObjects({}, 'a', { 'gateway.networking.k8s.io/gateway-name': 'front' })
const routesOf = (world: ReturnType<typeof createEdgeWorld>) =>
  readRoutes(world.state).map(({ id, port }) => [id, port])

describe('a Gateway without pods, as those of Cilium', () => {
  const made = (more: Partial<ServiceSnapshot> = {}) => {
    const own = service({ name: 'cilium-gateway-front', type: 'LoadBalancer', selector: {}, madeFor: 'front', ...more })
    const nowhere = {
      addresses: ['192.192.192.192'],
      node: null,
      pod: null,
      ready: true,
      serving: true,
      terminating: false,
    }
    return [own, slice([], { service: own.name, endpoints: [nowhere] })]
  }
  const objects = (more: Partial<ServiceSnapshot> = {}) => [
    ...made(more),
    ...shopObjects(),
    gatewayClass({ controller: 'io.cilium/gateway-controller' }),
    gateway(),
    httpRoute(['shop.localhost']),
  ]

  test.each(['Local', 'Cluster'] as const)(
    'is no fault under policy %s, and its routes are found behind it',
    (policy) => {
      const world = createEdgeWorld(objects({ externalTrafficPolicy: policy }))
      expect(routesOf(world)).toEqual([[SHOP_ROUTE, 'host:80']])
      expect(readTarget(world.state, 'host:80')).toMatchObject({ state: 'up', expectedUp: null, degraded: null })
      const hops = explainTarget(world.state, 'host:80', world.now)?.hops ?? []
      expect(hops.filter(({ state }) => state === 'red')).toEqual([])
      expect(foresee(world.state)?.ports).toMatchObject([{ hostPort: 80, verdict: 'unknown' }])
    },
  )

  test('that goes dark is unproven: no object says why', () => {
    const world = createEdgeWorld(objects())
    for (let n = 0; n < 4; n++) {
      world.pass(1000)
      world.probe('host:80', DROPPED)
    }
    expect(world.incident()).toMatchObject({ target: 'host:80', cause: 'unproven' })
  })
})

test('routes that are listed and not probed are named at the port that leads to their Gateway, and in a sentence', () => {
  const grpc = { ...httpRoute([], { name: 'calls', uid: 'calls' }), kind: 'GRPCRoute' as const }
  const elsewhere = {
    ...grpc,
    kind: 'TLSRoute' as const,
    name: 'safe',
    uid: 'safe',
    parents: [{ ...FRONT, name: 'none' }],
  }
  const world = createEdgeWorld([...front(), gatewayClass(), gateway(), grpc, elsewhere])
  expect(readTarget(world.state, 'host:80')?.note).toBe(
    'probed only as a port, not by its routes GRPCRoute default/calls',
  )
  expect(unwatched(world.state)).toEqual([
    'kind has routes that are listed and not probed: GRPCRoute default/calls and TLSRoute default/safe. The ports of their Gateways are probed as ports.',
  ])
  world.remove(grpc, elsewhere)
  expect(readTarget(world.state, 'host:80')?.note).toBeNull()
})

describe('two Gateways that claim one place at the same port', () => {
  const traefik = { 'app.kubernetes.io/name': 'traefik' }
  const second = gateway({ name: 'second', uid: 'second' })
  const claim = (name: string, of: string, service: string, createdAt: number, isAccepted = true) => {
    const parent = { ...FRONT, name: of }
    const [rule] = httpRoute(['shop.localhost']).rules
    return httpRoute([], {
      name,
      uid: name,
      createdAt,
      parents: [parent],
      rules: rule === undefined ? [] : [{ ...rule, backend: { service, port: '80' } }],
      statuses: [
        {
          gateway: parent,
          accepted: accepted(isAccepted ? 'Accepted' : 'NotAllowedByListeners'),
          resolved: accepted(),
        },
      ],
    })
  }
  const worldOf = (...routes: ReturnType<typeof claim>[]) =>
    createEdgeWorld([
      ...edgeObjects({}, 'a', traefik),
      ...shopObjects(),
      gatewayClass({ controller: 'traefik.io/gateway-controller' }),
      gateway(),
      second,
      ...routes,
    ])

  test('are one route that both claim, the older one first, and a conflict where they lead to different Services', () => {
    const world = worldOf(claim('late', 'front', 'shop', 2), claim('early', 'second', 'other', 1))
    expect(readRoutes(world.state)).toMatchObject([
      { id: SHOP_ROUTE, claimedBy: ['HTTPRoute default/early', 'HTTPRoute default/late'], service: 'default/other:80' },
    ])
    world.answer(SHOP_ROUTE, 200)
    expect(readRoutes(world.state)).toMatchObject([
      { state: 'up', degraded: expect.stringContaining('claim shop.localhost/ and lead to different Services') },
    ])
  })

  test('are the route of the one that is not refused', () => {
    const world = worldOf(claim('late', 'front', 'shop', 2), claim('early', 'second', 'other', 1, false))
    expect(readRoutes(world.state)).toMatchObject([{ claimedBy: ['HTTPRoute default/late'] }])
  })
})

describe('what many routes ask of the machine', () => {
  const perSecond = (world: ReturnType<typeof createEdgeWorld>, isCounted: (target: string) => boolean) =>
    world.plans.filter(({ target }) => isCounted(target)).reduce((sum, { intervalMs }) => sum + 1000 / intervalMs, 0)
  const withRoutes = (count: number) =>
    createEdgeWorld([
      ...front(),
      ...shopObjects(),
      gatewayClass(),
      gateway(),
      httpRoute(Array.from({ length: count }, (_, index) => `shop-${index}.localhost`)),
    ])
  const isRouteOrControl = (target: string) => target.startsWith('route:') || target.startsWith('edge:')

  test.each([
    [30, 6.1],
    [64, 10.1],
    [200, 10.1],
  ])('%i routes behind one port are no more than %f requests a second', (count, most) => {
    const asked = perSecond(withRoutes(count), isRouteOrControl)
    expect(asked).toBeLessThanOrEqual(most + 0.001)
    expect(asked).toBeGreaterThan(most - 0.3)
  })

  test('they leave the probes of the ports as they are', () => {
    const isPort = (target: string) => target.startsWith('host:') || target.startsWith('node:')
    expect(perSecond(withRoutes(200), isPort)).toBe(perSecond(withRoutes(1), isPort))
  })
})
