import { describe, expect, test } from '@jest/globals'
import { readTargets } from '../src/index.ts'
import { deployment, node, pod, replicaSet, service, slice, START } from './builders.ts'
import { answering, movePod, PORT } from './story.ts'
import { ALL_OK, createWorld, DROPPED, fourNodes, type World } from './world.ts'

describe('facts', () => {
  test('the same facts in the same order give the same effects', () => {
    const runs = [answering(), answering()]
    for (const world of runs) {
      movePod(world, 'a', 'b')
      world.pass(100)
      world.probe(PORT, DROPPED)
    }
    const told = runs.map((world) =>
      JSON.stringify(world.changes('incident.opened').map((one) => one.incident.summary)),
    )
    expect(told[0]).toBe(told[1])
  })

  test('after a restart an open incident goes on, and the gap is told', () => {
    const before = answering()
    movePod(before, 'a', 'b')
    before.pass(100)
    before.probe(PORT, DROPPED)
    const open = before.incident()
    const world = createWorld()
    world.now = before.now + 30_000
    world.tell({ kind: 'resumed', lastAt: before.now, incidents: open === undefined ? [] : [open] })
    world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: false })
    world.containers(...fourNodes({ 30080: 30080 }))
    const moved = pod('web-2', 'b')
    world.list([node('a'), node('b'), deployment(), replicaSet(), service(), moved, slice([moved])])
    world.probe(PORT, DROPPED)
    expect(world.changes('incident.opened')).toEqual([])
    expect(world.changes('gap')).toMatchObject([{ reason: 'Portolan was not running' }])
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    expect(world.changes('incident.closed')).toMatchObject([{ incident: { id: open?.id, confidence: 'proven' } }])
  })

  test('an open incident whose port was unmapped meanwhile ends once everything else is known', () => {
    const before = answering()
    movePod(before, 'a', 'b')
    before.pass(100)
    before.probe(PORT, DROPPED)
    const open = before.incident()
    const world = createWorld()
    world.now = before.now + 30_000
    world.tell({ kind: 'resumed', lastAt: before.now, incidents: open === undefined ? [] : [open] })
    world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: false })
    world.pass(600_000)
    expect(world.changes('incident.closed')).toEqual([])
    world.containers(...fourNodes({}))
    world.list([node('a'), node('b'), deployment(), replicaSet(), service()])
    world.pass(50_000)
    expect(world.changes('incident.closed')).toEqual([])
    world.pass(20_000)
    expect(world.changes('incident.closed')).toMatchObject([
      {
        target: PORT,
        incident: { id: open?.id, darkUntil: before.now, summary: expect.stringContaining('was gone when Portolan') },
      },
    ])
  })

  test('without the API server the verdict says what is missing', () => {
    const world = createWorld()
    world.tell({ kind: 'vantages', lan: null, loopback6: false })
    world.containers(...fourNodes({ 30080: 30080 }))
    world.tell({ kind: 'watch', resource: 'services', status: 'lost', reason: 'connection refused' })
    world.probe(PORT, { loopback4: 'closed' })
    world.pass(1000)
    world.probe(PORT, { loopback4: 'closed' })
    expect(world.incident()).toMatchObject({ cause: 'unproven' })
    expect(world.incident()?.summary).toContain('connection refused')
  })

  test('nothing is said before the objects have come', () => {
    const world = createWorld()
    world.tell({ kind: 'vantages', lan: null, loopback6: false })
    world.containers(...fourNodes({ 30080: 30080 }))
    for (let n = 0; n < 4; n++) {
      world.probe(PORT, { loopback4: 'closed' })
      world.pass(1000)
    }
    expect(world.changes('incident.opened')).toEqual([])
    expect(world.now - START).toBe(4000)
  })
})

describe('a fact that cannot be taken in', () => {
  /** A list in which one object is nothing that core knows. */
  const broken = () => [service(), null as never]

  function takeBroken(world: World) {
    const said = world.effects.length
    world.tell({ kind: 'listed', resource: 'services', objects: broken() })
    return world.effects.slice(said)
  }

  test('is a fault that is handed on and told to people, and throws nothing', () => {
    const effects = takeBroken(answering())
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'fault', source: 'test', observed: 'listed' }))
    expect(effects).toContainEqual({
      kind: 'announce',
      change: expect.objectContaining({
        type: 'cluster.event',
        event: 'own_fault',
        text: expect.stringMatching(
          /^Portolan could not process what test observed \(listed\): .+\. It goes on without it$/,
        ),
      }),
    })
  })

  test('is told once a minute, however often it comes', () => {
    const world = answering()
    for (let turn = 0; turn < 10; turn += 1) takeBroken(world)
    expect(world.changes('cluster.event')).toHaveLength(1)
    world.pass(60_000)
    takeBroken(world)
    expect(world.changes('cluster.event')).toHaveLength(2)
  })

  test('loses nobody what he has to do: everything is asked for again', () => {
    const world = answering()
    const before = world.assignment('host')
    takeBroken(world)
    const said = world.effects.length
    world.tell({ kind: 'listed', resource: 'services', objects: [service()] })
    expect(world.effects.slice(said)).toContainEqual({ kind: 'assign', to: 'host', assignment: before })
    for (let turn = 0; turn < 2; turn += 1) {
      world.pass(1000)
      world.probe(PORT, DROPPED)
    }
    expect(readTargets(world.state)[0]?.state).toBe('down')
  })
})
