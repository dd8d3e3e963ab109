import { describe, expect, test } from '@jest/globals'
import { explainTarget, foresee, readRoutes, readTarget, type ServiceSnapshot, unwatched } from '../../src/index.ts'
import { service, slice } from '../builders.ts'
import { DROPPED } from '../world.ts'
import {
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
    'probed as a port alone, not by its routes GRPCRoute default/calls',
  )
  expect(unwatched(world.state)).toEqual([
    'kind has routes that are listed and not probed: GRPCRoute default/calls and TLSRoute default/safe. The ports of their Gateways are probed as ports.',
  ])
  world.remove(grpc, elsewhere)
  expect(readTarget(world.state, 'host:80')?.note).toBeNull()
})
