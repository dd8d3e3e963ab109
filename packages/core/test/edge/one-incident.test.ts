import { describe, expect, test } from '@jest/globals'
import { readRoutes } from '../../src/index.ts'
import { createEdgeWorld, edgeObjects, ingress, ingressClass, shopObjects, shopPod, shopService } from './edge-world.ts'
import { placement, slice } from '../builders.ts'

const PAGE_503 = { server: 'nginx', body: '503-page' }

describe('routes that one Service is behind', () => {
  const hosts = ['a.localhost', 'b.localhost', 'c.localhost']
  const target = (host: string) => `route:80/${host}/`

  function brokenTogether() {
    const rules = hosts.map((host) => ({ host }))
    const world = createEdgeWorld([...edgeObjects(), ...shopObjects(), ingressClass(), ingress('shop', rules)])
    for (const host of hosts) world.answer(target(host), 200)
    world.pass(5000)
    world.remove(shopService())
    world.pass(400)
    for (const host of hosts) world.answer(target(host), 503, PAGE_503)
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
})
