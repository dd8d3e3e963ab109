import { describe, expect, test } from '@jest/globals'
import { type Incident, openIncidents, reduce, type Symptom, type Vantage } from '../../src/index.ts'
import { deployment, pod, replicaSet, service, slice } from '../builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, outcomeOf, type World } from '../world.ts'

const PORT = 'host:30080'
const MINUTE = 60_000

function answering(): World {
  const only = pod('web-1', 'a')
  const world = createKnownWorld([deployment(), replicaSet(), service(), only, slice([only])])
  world.pass(1000)
  world.probe(PORT, ALL_OK)
  return world
}

let sequence = 0

/** What a prober had kept: it happened then, and is heard only now. */
function late(world: World, at: number, seen: Record<string, Symptom>): void {
  for (const [short, symptom] of Object.entries(seen)) {
    const outcome = outcomeOf(PORT, `host/${short}` as Vantage, symptom, at)
    const observed = { kind: 'outcome' as const, outcome }
    sequence += 1
    const fact = { cluster: 'kind', source: 'prober/x', boot: 'b', sequence, at, receivedAt: world.now, observed }
    world.effects.push(...reduce(world.state, fact))
  }
}

const closed = (world: World) => world.changes('incident.closed').map(({ incident }) => incident)
const states = (world: World) => world.changes('target.state').map(({ at, state }) => [at, state])

describe('what is heard too late to act upon', () => {
  test('opens nothing, and is told as an outage that is over once the present is known', () => {
    const world = answering()
    const went = world.now + 10_000
    world.pass(2 * MINUTE)
    for (let s = 0; s < 5; s++) late(world, went + s * 1000, DROPPED)
    for (let s = 5; s < 60; s++) late(world, went + s * 1000, ALL_OK)
    expect(world.changes('incident.opened')).toEqual([])
    expect(closed(world)).toEqual([])
    world.probe(PORT, ALL_OK)
    expect(closed(world)).toMatchObject([
      { cause: 'unproven', darkSince: went, darkUntil: went + 5000, closedAt: went + 5000 },
    ])
    expect(states(world)).toEqual(
      expect.arrayContaining([
        [went, 'down'],
        [went + 5000, 'up'],
      ]),
    )
    expect(openIncidents(world.state)).toEqual([])
  })

  test('an answer that began before the failures and is told after them ends nothing', () => {
    const world = answering()
    const went = world.now + 10_000
    world.pass(2 * MINUTE)
    for (let s = 0; s < 5; s++) late(world, went + s * 1000, DROPPED)
    late(world, went - 1000, ALL_OK)
    late(world, went + 5000, ALL_OK)
    world.probe(PORT, ALL_OK)
    expect(closed(world)).toMatchObject([{ darkSince: went, darkUntil: went + 5000 }])
  })

  test('opens nothing while the rest is still to come', () => {
    const world = answering()
    const went = world.now + 10_000
    world.pass(2 * MINUTE)
    for (let s = 0; s < 5; s++) late(world, went + s * 1000, DROPPED)
    world.pass(3000)
    late(world, went + 5000, ALL_OK)
    world.probe(PORT, ALL_OK)
    expect(world.changes('incident.opened')).toEqual([])
    expect(closed(world)).toHaveLength(1)
  })

  test('says since when a port is dark that still is', () => {
    const world = answering()
    const went = world.now + 50_000
    world.pass(MINUTE * 2)
    for (let s = 0; s < 20; s++) late(world, went + s * 1000, DROPPED)
    world.probe(PORT, DROPPED)
    world.pass(1000)
    world.probe(PORT, DROPPED)
    expect(openIncidents(world.state)[0]).toMatchObject({ darkSince: went })
  })

  test('ends the incident that was open before when the port came back, not when that was heard', () => {
    const world = answering()
    world.pass(1000)
    for (let n = 0; n < 3; n++) {
      world.probe(PORT, DROPPED)
      world.pass(500)
    }
    const [open] = openIncidents(world.state) as [Incident]
    const back = world.now + 20_000
    world.pass(MINUTE)
    late(world, back - 1000, DROPPED)
    late(world, back, ALL_OK)
    late(world, back + 1000, ALL_OK)
    world.probe(PORT, ALL_OK)
    world.pass(500)
    world.probe(PORT, ALL_OK)
    expect(closed(world)).toMatchObject([{ id: open.id, cause: open.cause, darkUntil: back }])
  })

  test('fills what would be a hole in the timeline with how the port was', () => {
    const world = answering()
    world.pass(MINUTE)
    const from = world.now - 40_000
    late(world, from, ALL_OK)
    world.probe(PORT, ALL_OK)
    expect(states(world)).toContainEqual([from, 'up'])
  })
})

describe('the absence of the collector', () => {
  const resumed = (world: World, awaited: string[]) =>
    world.tell({ kind: 'resumed', lastAt: world.now - 2 * MINUTE, incidents: [], awaited })
  const gaps = (world: World) => world.changes('gap')

  test('is no gap where the prober went on and comes back', () => {
    const world = answering()
    resumed(world, ['prober/x b'])
    late(world, world.now - MINUTE, ALL_OK)
    world.pass(5 * MINUTE)
    expect(gaps(world)).toEqual([])
  })

  test('is a gap where another prober came', () => {
    const world = answering()
    resumed(world, ['prober/x another'])
    late(world, world.now, ALL_OK)
    expect(gaps(world)).toMatchObject([
      { from: world.now - 2 * MINUTE, to: world.now, reason: 'Portolan was not running' },
    ])
  })

  test('is a gap where none came within a minute, and where there was none', () => {
    const world = answering()
    resumed(world, ['prober/x b'])
    world.pass(MINUTE + 2000)
    expect(gaps(world)).toHaveLength(1)
    resumed(world, [])
    expect(gaps(world)).toHaveLength(2)
  })

  test('is a gap where the collector before left nothing, and the prober has kept what it saw since', () => {
    const world = answering()
    const from = world.now - 2 * MINUTE
    late(world, from, { loopback4: 'ok' })
    expect(gaps(world)).toMatchObject([{ from, reason: expect.stringContaining('is lost') }])
    late(world, from + 1000, { loopback4: 'ok' })
    expect(gaps(world)).toHaveLength(1)
  })

  test('is none where a prober tells of now', () => {
    const world = answering()
    late(world, world.now, { loopback4: 'ok' })
    late(world, world.now - 2 * MINUTE, { loopback4: 'ok' })
    expect(gaps(world)).toEqual([])
  })
})
