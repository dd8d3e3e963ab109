import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Change, type Effect, openIncidents, readTargets, reduce } from '../src/index.ts'
import { createClusterState } from '../src/state.ts'
import { deployment, mapped, pod, replicaSet, service, slice } from './builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, fourNodes, type World } from './world.ts'

const PORT = 'host:30080'
const HOUR = 3_600_000

function answering(): World {
  const only = pod('web-1', 'a')
  const world = createKnownWorld([deployment(), replicaSet(), service(), only, slice([only])])
  for (let second = 0; second < 20; second += 1) {
    world.pass(1000)
    world.probe(PORT, ALL_OK)
  }
  return world
}

function setClock(world: World, byMs: number): void {
  world.now += byMs
  world.tell({ kind: 'clock', byMs })
}

function probeFor(world: World, seconds: number, symptoms: typeof ALL_OK | typeof DROPPED): void {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000)
    world.probe(PORT, symptoms)
  }
}

const stateOf = (world: World) => readTargets(world.state)[0]?.state
const darkMsOf = (world: World) =>
  world.changes('incident.closed').map(({ incident }) => (incident.darkUntil ?? 0) - incident.darkSince)

const JUMPS = [
  ['back by two seconds', -2000],
  ['back by a minute', -60_000],
  ['back by an hour', -HOUR],
  ['back by ten days', -240 * HOUR],
  ['forward by two seconds', 2000],
  ['forward by an hour', HOUR],
  ['forward by ten days', 240 * HOUR],
] as const

describe.each(JUMPS)('after the clock was set %s', (_, byMs) => {
  test('a port that goes dark is seen dark at once, and for as long as it was', () => {
    const world = answering()
    setClock(world, byMs)
    probeFor(world, 5, ALL_OK)
    expect(stateOf(world)).toBe('up')
    probeFor(world, 10, DROPPED)
    expect(stateOf(world)).toBe('down')
    expect(openIncidents(world.state)).toHaveLength(1)
    probeFor(world, 5, ALL_OK)
    expect(stateOf(world)).toBe('up')
    expect(darkMsOf(world)).toEqual([10_000])
  })

  test('an outage that was under way is as long as it lasted', () => {
    const world = answering()
    probeFor(world, 6, DROPPED)
    setClock(world, byMs)
    expect(openIncidents(world.state)).toHaveLength(1)
    probeFor(world, 6, DROPPED)
    probeFor(world, 5, ALL_OK)
    expect(darkMsOf(world)).toEqual([12_000])
    expect(stateOf(world)).toBe('up')
  })

  test('a gap and an event say so', () => {
    const world = answering()
    setClock(world, byMs)
    const [gap] = world.changes('gap')
    expect(gap).toMatchObject({ to: world.now, from: world.now - Math.max(0, byMs), clockSetMs: byMs })
    expect(world.changes('cluster.event')).toMatchObject([{ event: 'clock_set', text: gap?.reason, at: world.now }])
    expect(gap?.reason).toMatch(byMs > 0 ? /^the clock was set forward by / : /^the clock was set back by /)
  })

  test('a probe that was under way counts as what it saw', () => {
    const world = answering()
    world.pass(1000)
    setClock(world, byMs)
    world.probe(PORT, DROPPED, { startedAt: world.now - 500 })
    world.pass(1000)
    world.probe(PORT, DROPPED)
    expect(stateOf(world)).toBe('down')
    expect(world.changes('incident.opened')[0]?.incident.darkSince).toBe(world.now - 1500)
  })
})

test('a clock that was set back and of which nobody said so does not blind it either', () => {
  const world = answering()
  world.now -= HOUR
  probeFor(world, 5, DROPPED)
  expect(stateOf(world)).toBe('down')
  expect(world.changes('gap')).toMatchObject([{ reason: 'the clock was set back by 59 min 59 s' }])
})

test('a source whose clock is ahead does not have the last word until then', () => {
  const world = answering()
  world.probe(PORT, ALL_OK, { startedAt: world.now + HOUR })
  probeFor(world, 5, DROPPED)
  expect(stateOf(world)).toBe('down')
})

test('what was open when the clock was later than now goes on from now', () => {
  const world = answering()
  probeFor(world, 5, DROPPED)
  const incidents = openIncidents(world.state)
  const lastAt = world.now
  const again = createClusterState('kind')
  const at = lastAt - HOUR
  const observed = { kind: 'resumed' as const, lastAt, incidents }
  const fact = { cluster: 'kind', source: 'collector', boot: '2', sequence: 1, at, receivedAt: at, observed }
  const changes = announced(reduce(again, fact))
  expect(again.ports.resumed.get(PORT)?.darkSince).toBe((incidents[0]?.darkSince ?? 0) - HOUR)
  expect(changes).toContainEqual(expect.objectContaining({ type: 'gap', clockSetMs: -HOUR }))
})

test('whatever happens, it ends as it would have if nobody had set the clock', () => {
  const step = fc.oneof(
    fc.constant('ok' as const),
    fc.constant('dropped' as const),
    fc.constant('wait' as const),
    fc.record({ set: fc.integer({ min: -300 * HOUR, max: 300 * HOUR }).filter((by) => Math.abs(by) >= 1000) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [world, calm] = [answering(), answering()]
      for (const one of steps) {
        if (typeof one === 'object') setClock(world, one.set)
        for (const each of [world, calm]) {
          if (one === 'wait') each.pass(7000)
          else if (one === 'ok') probeFor(each, 1, ALL_OK)
          else if (one === 'dropped') probeFor(each, 1, DROPPED)
        }
      }
      const off = world.now - calm.now
      const outages = (each: World) =>
        each
          .changes('incident.opened', 'incident.closed')
          .map(({ type, incident }) => [type, incident.cause, incident.confidence, incident.summary])
      expect(outages(world)).toEqual(outages(calm))
      expect(darkMsOf(world)).toEqual(darkMsOf(calm))
      expect(readTargets(world.state).map(({ state, since }) => [state, since - off])).toEqual(
        readTargets(calm.state).map(({ state, since }) => [state, since]),
      )
    }),
    { numRuns: 60 },
  )
})

function announced(effects: Effect[]): Change[] {
  return effects.flatMap((effect) => (effect.kind === 'announce' ? [effect.change] : []))
}

test('a node that was started long ago is not taken for one that has just started where the clock is set back to about then', () => {
  const only = pod('web-1', 'a')
  const world = createKnownWorld([deployment(), replicaSet(), service(), only, slice([only])])
  const [cp, , b, c] = fourNodes({})
  world.tell({ kind: 'container', name: 'a', action: 'die', exitCode: 137 })
  world.containers(cp, mapped('a', { 30080: 30080 }, { state: 'exited', addresses: [], bindings: [] }), b, c)
  world.pass(1000)
  world.containers(cp, mapped('a', { 30080: 30080 }, { startedAt: world.now }), b, c)
  world.pass(HOUR)
  setClock(world, 5000 - HOUR)
  const moved = pod('web-2', 'b', { createdAt: world.now })
  world.remove(only)
  world.set(moved, slice([moved]))
  probeFor(world, 4, DROPPED)
  expect(openIncidents(world.state).map(({ cause }) => cause)).toEqual(['etp_local'])
})
