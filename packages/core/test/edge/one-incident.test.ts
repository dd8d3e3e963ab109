import { describe, expect, test } from '@jest/globals'
import { readRoutes } from '../../src/index.ts'
import {
  createEdgeWorld,
  edgeObjects,
  edgePod,
  ingress,
  ingressClass,
  NGINX_404,
  PAGE_503,
  shopObjects,
  shopPod,
  shopService,
  shopSlice,
} from './edge-world.ts'
import { placement, slice } from '../builders.ts'
import { ALL_OK, type World } from '../world.ts'

describe('routes that one Service is behind', () => {
  const hosts = ['a.localhost', 'b.localhost', 'c.localhost']
  const target = (host: string) => `route:80/${host}/`

  function brokenTogether(all = hosts) {
    const rules = all.map((host) => ({ host }))
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', rules)])
    for (const host of all) world.answer(target(host), 200)
    world.pass(5000)
    world.remove(shopService())
    world.pass(400)
    for (const host of all) world.answer(target(host), 503, PAGE_503)
    return world
  }

  test('are one incident, which names the others', () => {
    const world = brokenTogether()
    expect(world.changes('incident.opened').map((one) => one.target)).toEqual([target('a.localhost')])
    const incident = world.incident()
    expect(incident?.routes).toEqual({ count: 2, names: ['b.localhost/', 'c.localhost/'] })
    const views = readRoutes(world.state).map(({ state, cause, incident: id }) => [state, cause, id])
    expect(views).toEqual(hosts.map(() => ['broken', 'route_backend_missing', incident?.id]))
  })

  test('end with it, and open no second one when they are well a moment later', () => {
    const world = brokenTogether()
    world.set(...shopObjects())
    world.pass(2000)
    for (let n = 0; n < 2; n++) {
      for (const host of hosts) world.answer(target(host), 200)
      world.pass(1000)
    }
    world.pass(10_000)
    expect(world.changes('incident.opened')).toHaveLength(1)
    expect(world.changes('incident.closed')).toHaveLength(1)
    expect(readRoutes(world.state).map(({ state }) => state)).toEqual(['up', 'up', 'up'])
  })

  test.each([3, 60])('stay one after a restart, whichever of %d is seen first', (count) => {
    const all = Array.from({ length: count }, (_, index) => `${index}.localhost`)
    const incident = brokenTogether(all).incident()
    const world = createEdgeWorld([])
    world.tell({ kind: 'resumed', lastAt: world.now, incidents: incident === undefined ? [] : [incident] })
    const [, ...pods] = shopObjects()
    world.set(
      ...edgeObjects(),
      ...pods,
      ingressClass(),
      ingress(
        'shop',
        all.map((host) => ({ host })),
      ),
    )
    world.probe('host:80', ALL_OK)
    for (const host of all.toReversed()) world.answer(target(host), 503, PAGE_503)
    expect(world.changes('incident.opened')).toEqual([])
    expect(new Set(readRoutes(world.state).map((route) => route.incident))).toEqual(new Set([incident?.id]))
  })

  test('have one of their own where they stay broken without the first', () => {
    const world = brokenTogether()
    const one = { host: 'a.localhost', backend: { service: 'other', port: '80' } }
    const rest = [{ host: 'b.localhost' }, { host: 'c.localhost' }]
    const other = shopPod({ name: 'other-1', uid: 'pod-other', placement: placement({ labels: { app: 'other' } }) })
    world.set(
      shopService({ name: 'other', uid: 'service-other', selector: { app: 'other' } }),
      other,
      slice([other], { name: 'other-x', uid: 'slice-other', service: 'other' }),
      ingress('shop', [one, ...rest]),
    )
    world.pass(1000)
    for (let n = 0; n < 3; n++) {
      world.answer(target('a.localhost'), 200)
      for (const { host } of rest) world.answer(target(host), 503, PAGE_503)
      world.pass(5000)
    }
    expect(readRoutes(world.state).map(({ state }) => state)).toEqual(['up', 'broken', 'broken'])
    expect(world.changes('incident.opened').map((change) => change.target)).toEqual(
      [hosts[0], hosts[1]].map((host) => target(host ?? '')),
    )
    expect(world.incident()?.routes?.names).toEqual(['c.localhost/'])
  })

  test('have their own where another cause is proven', () => {
    const world = brokenTogether()
    const rules = [
      ...['a.localhost', 'b.localhost'].map((host) => ({ host })),
      { host: 'c.localhost', backend: { service: 'other', port: '8888' } },
    ]
    world.set(shopService({ name: 'other', uid: 'service-other' }), ingress('shop', rules))
    world.pass(10_000)
    world.answer(target('c.localhost'), 503, PAGE_503)
    expect(world.changes('incident.opened').map((change) => change.target)).toEqual(
      ['a.localhost', 'c.localhost'].map(target),
    )
  })

  test('are one also where the first was seen while the last pod was going', () => {
    const rules = hosts.map((host) => ({ host }))
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', rules)])
    for (const host of hosts) world.answer(target(host), 200)
    world.pass(5000)
    world.set(shopPod({ deletedAt: world.now }), shopSlice([]))
    world.pass(400)
    world.answer(target('a.localhost'), 503, PAGE_503)
    world.remove(shopPod())
    world.pass(400)
    for (const host of hosts) world.answer(target(host), 503, PAGE_503)
    expect(world.changes('incident.opened').map((change) => change.target)).toEqual([target('a.localhost')])
    expect(readRoutes(world.state).map(({ state }) => state)).toEqual(['broken', 'broken', 'broken'])
  })
})

test('a route does not join the incident of another whose words are of a fault before', () => {
  const world = createEdgeWorld([
    ...edgeObjects(),
    ...shopObjects(),
    ingressClass(),
    ingress('port', [{ host: 'b.localhost', backend: { service: 'shop', port: '8888' } }]),
    ingress('shop', [{ host: 'a.localhost' }]),
  ])
  world.answer('route:80/a.localhost/', 200)
  world.answer('route:80/b.localhost/', 503, PAGE_503)
  world.pass(15_000)
  world.set(ingress('port', [{ host: 'b.localhost' }]))
  world.set(shopSlice([]))
  world.remove(shopPod())
  world.answer('route:80/b.localhost/', 503, PAGE_503)
  world.answer('route:80/a.localhost/', 503, PAGE_503)
  const opened = world.changes('incident.opened').map(({ target, incident }) => [target, incident.cause])
  expect(opened).toEqual([
    ['route:80/b.localhost/', 'route_backend_port'],
    ['route:80/a.localhost/', 'no_endpoints'],
  ])
})

test('an Ingress whose class nobody serves is one incident, whatever its hosts', () => {
  const shop = ingress('shop', [{ host: 'a.localhost' }, { host: 'b.localhost' }], { className: 'ngnix' })
  const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), shop])
  for (let n = 0; n < 3; n++) {
    for (const host of ['a.localhost', 'b.localhost']) world.answer(`route:80/${host}/`, 404, NGINX_404)
    world.pass(5000)
  }
  expect(world.changes('incident.opened').map((change) => change.target)).toEqual(['route:80/a.localhost/'])
  expect(world.incident()).toMatchObject({ cause: 'ingress_class_missing', routes: { names: ['b.localhost/'] } })
})

describe('an Ingress that no port leads to, and whose controller is away', () => {
  const rules = [{ host: 'a.localhost' }, { host: 'b.localhost' }]
  const opened = (world: World) => world.changes('incident.opened').map((change) => change.incident)
  const createWorld = () =>
    createEdgeWorld([...edgeObjects({ ports: [] }), ...shopObjects(), ingressClass(), ingress('shop', rules)])

  test('is one incident, which is reported once for each host and not again as long as it lasts', () => {
    const world = createWorld()
    world.remove(edgePod())
    world.pass(60_000)
    const updates = world.changes('incident.updated').length
    world.pass(60_000)
    expect(opened(world)).toHaveLength(1)
    expect(world.changes('incident.updated')).toHaveLength(updates)
    expect(readRoutes(world.state).map(({ state }) => state)).toEqual(['broken', 'broken'])
  })

  test('was not unserved while its controller was there: the next absence counts from its own beginning', () => {
    const world = createWorld()
    world.remove(edgePod())
    world.pass(5000)
    world.set(edgePod())
    world.pass(600_000)
    world.remove(edgePod())
    const away = world.now
    world.pass(20_000)
    expect(opened(world)).toEqual([])
    world.pass(20_000)
    expect(opened(world)).toHaveLength(1)
    expect(opened(world)[0]?.darkSince).toBeGreaterThanOrEqual(away)
  })
})
