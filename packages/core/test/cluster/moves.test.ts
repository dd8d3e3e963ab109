import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ObjectSnapshot, PodSnapshot } from '../../src/index.ts'
import { deployment, node, pod, replicaSet, service } from '../builders.ts'
import { answering, PORT } from '../story.ts'
import { createKnownWorld, type World } from '../world.ts'

describe('what happened to the pod', () => {
  test('another node, same controller: rescheduled, and the drain is named', () => {
    const world = answering()
    world.set(node('a', { unschedulable: true }))
    const disruption = { status: 'True' as const, reason: 'EvictionByEvictionAPI', message: '', since: world.now }
    world.set(pod('web-1', 'a', { deletedAt: world.now, disruption }))
    world.set(pod('web-2', 'b', { ready: false }))
    expect(world.changes('placement.changed')).toMatchObject([
      {
        kind: 'rescheduled',
        reason: 'drain of a',
        from: ['a'],
        to: ['b'],
        workload: 'Deployment/default/web',
        target: PORT,
      },
    ])
  })

  test('same node, same controller: recreated', () => {
    const world = answering()
    world.set(pod('web-1', 'a', { deletedAt: world.now }), pod('web-2', 'a'))
    expect(world.changes('placement.changed')).toMatchObject([
      { kind: 'recreated', reason: 'deleted', from: ['a'], to: ['a'] },
    ])
  })

  test('same UID, more restarts: restarted in place', () => {
    const world = answering()
    const before = pod('web-1', 'a')
    const [first] = before.containers
    world.set({ ...before, containers: first === undefined ? [] : [{ ...first, restartCount: 1 }] })
    expect(world.changes('placement.changed')).toMatchObject([{ kind: 'restarted', from: ['a'], to: ['a'] }])
  })

  test('a pod of another ReplicaSet of the same Deployment: rollout', () => {
    const world = answering()
    world.set(replicaSet('2'), pod('web-9', 'c', { owner: { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' } }))
    expect(world.changes('placement.changed')).toMatchObject([{ kind: 'rollout', from: ['a'], to: ['c'] }])
  })

  test('a rollout that adds before it removes leaves no place behind for a later pod', () => {
    const world = answering()
    const owner = { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' }
    world.set(replicaSet('2'), pod('web-9', 'c', { owner }))
    world.set(pod('web-1', 'a', { deletedAt: world.now }))
    world.remove(pod('web-1', 'a', { deletedAt: world.now }))
    world.set(pod('web-9', 'c', { owner, deletedAt: world.now }), pod('web-10', 'b', { owner }))
    expect(world.changes('placement.changed')).toMatchObject([
      { kind: 'rollout', from: ['a'], to: ['c'] },
      { kind: 'rescheduled', from: ['c'], to: ['b'] },
    ])
  })

  test("fewer replicas: scaled, and the pod that leaves is nobody's move", () => {
    const world = answering()
    world.set(deployment({ replicas: 0 }))
    world.set(pod('web-1', 'a', { deletedAt: world.now }))
    world.remove(pod('web-1', 'a', { deletedAt: world.now }))
    world.set(deployment({ replicas: 1 }), pod('web-2', 'b'))
    expect(world.changes('placement.changed').map((one) => one.kind)).toEqual(['scaled', 'scaled'])
  })

  test('a pod that was replaced while the watch was cut off is still told', () => {
    const world = answering()
    world.tell({ kind: 'watch', resource: 'pods', status: 'lost', reason: 'connection reset' })
    world.tell({ kind: 'listed', resource: 'pods', objects: [pod('web-2', 'b')] })
    expect(world.changes('placement.changed')).toMatchObject([{ kind: 'rescheduled', from: ['a'], to: ['b'] }])
  })
})

describe('why it left', () => {
  const killed = (at: number) =>
    pod('web-1', 'a', {
      phase: 'Failed',
      deletedAt: at,
      containers: [{ ...running, exitCode: 137, since: at + 30_000 }],
    })
  const [running] = pod('web-1', 'a').containers as [PodSnapshot['containers'][number]]

  test('a pod that somebody deletes, and whose container is killed at the end of its grace period, was deleted', () => {
    const world = answering()
    world.set(pod('web-1', 'a', { deletedAt: world.now }), killed(world.now))
    world.remove(killed(world.now))
    world.set(pod('web-2', 'b'))
    expect(world.changes('placement.changed')).toMatchObject([{ reason: 'deleted' }])
  })

  test('one that is found killed in its deletion was deleted as well', () => {
    const world = createKnownWorld([deployment(), replicaSet(), service(), killed(Date.now())])
    world.set(pod('web-2', 'b'))
    expect(world.changes('placement.changed')).toMatchObject([{ reason: 'deleted', from: ['a'] }])
  })

  test('one that failed by itself failed, although it is deleted later', () => {
    const world = answering()
    world.set(pod('web-1', 'a', { phase: 'Failed' }))
    world.set(pod('web-1', 'a', { phase: 'Failed', deletedAt: world.now }))
    world.set(pod('web-2', 'b'))
    expect(world.changes('placement.changed')).toMatchObject([{ reason: 'the pod failed' }])
  })
})

test('a pod of a DaemonSet that comes to a new node takes the place of none', () => {
  const owner = { kind: 'DaemonSet', name: 'web', uid: 'daemonset-web' }
  const set = deployment({ kind: 'DaemonSet', uid: owner.uid, replicas: 2 })
  const [first, second] = [pod('web-1', 'a', { owner }), pod('web-2', 'b', { owner })]
  const world = createKnownWorld([set, service(), first, second])
  world.remove(second)
  world.set(pod('web-3', 'c', { owner }))
  expect(world.changes('placement.changed')).toEqual([])
})

test('a pod of the same name with another UID is one that went and one that came', () => {
  const owner = { kind: 'StatefulSet', name: 'web', uid: 'statefulset-web' }
  const set = deployment({ kind: 'StatefulSet', uid: owner.uid })
  const world = createKnownWorld([set, service(), pod('web-0', 'a', { owner })])
  world.set(pod('web-0', 'b', { owner, uid: 'another' }))
  expect(world.changes('placement.changed')).toMatchObject([{ kind: 'rescheduled', from: ['a'], to: ['b'] }])
})

test('workloads that own each other are followed to no end', () => {
  const circle = deployment({ owner: { kind: 'ReplicaSet', name: 'web-1', uid: 'replicaset-1' } })
  const world = createKnownWorld([circle, replicaSet(), service(), pod('web-1', 'a')])
  world.remove(pod('web-1', 'a'))
  world.set(pod('web-2', 'b'))
  expect(world.changes('placement.changed')).toHaveLength(1)
})

/** What the API server says of a pod: it is there in this state, or it is gone. */
type PodEvent = { pod: PodSnapshot; gone?: true }
/** One pod takes the place of another: events in an order that must hold, each of the two lines by itself. */
interface Replacement {
  from: string
  to: string
  left: PodEvent[]
  came: PodEvent[]
  /** The new pod has its node before the old one is asked to go. */
  surges: boolean
}

type Rollout = 'none' | 'goes first' | 'comes first'

const NODES = ['a', 'b', 'c']

/** A Deployment of some replicas whose pods are replaced in turn: by its ReplicaSet, or by a rollout. */
function replacements(replicas: number, nodes: readonly number[], rollout: readonly Rollout[]): Replacement[] {
  const ownerOf = (revision: number) => ({ kind: 'ReplicaSet', name: `web-${revision}`, uid: `replicaset-${revision}` })
  const places = Array.from({ length: replicas }, (_, n) => ({
    name: `web-${n}`,
    node: NODES[n % 3] ?? 'a',
    revision: 1,
  }))
  return nodes.map((choice, n) => {
    const place = places[n % replicas] as (typeof places)[number]
    const old = pod(place.name, place.node, { owner: ownerOf(place.revision) })
    const from = place.node
    place.name = `web-${replicas + n}`
    place.node = NODES[choice] ?? 'a'
    if (replicas === 1 && rollout[n] !== 'none') place.revision = 3 - place.revision
    const made = { owner: ownerOf(place.revision), ready: false, phase: 'Pending' as const }
    const leaving = { ...old, deletedAt: 1 }
    return {
      from,
      to: place.node,
      left: [{ pod: leaving }, { pod: { ...leaving, phase: 'Failed' } }, { pod: leaving, gone: true }],
      came: [
        { pod: pod(place.name, null, made) },
        { pod: pod(place.name, place.node, made) },
        { pod: pod(place.name, place.node, { owner: made.owner }) },
      ],
      surges: replicas === 1 && rollout[n] === 'comes first',
    }
  })
}

/**
 * All events in one order. Each replacement begins with the old pod being asked to go (where the new one surges, that
 * comes before it); then the old and the new pod take
 * their steps as `pick` says, until both have taken all, or, in an overlap, for two steps until the next one begins.
 */
function interleaved(all: readonly Replacement[], pick: readonly boolean[], overlap: boolean): PodEvent[] {
  const events: PodEvent[] = []
  const waiting: PodEvent[][] = []
  let step = 0
  for (const { left, came, surges } of all) {
    const first = surges ? 2 : 0
    events.push(...came.slice(0, first), ...left.slice(0, 1))
    waiting.push(left.slice(1), came.slice(first))
    const until = overlap ? step + 2 : Number.POSITIVE_INFINITY
    while (waiting.some((line) => line.length > 0) && step < until) {
      const open = waiting.filter((line) => line.length > 0)
      const event = open[pick[step++ % pick.length] === true ? 0 : open.length - 1]?.shift()
      if (event !== undefined) events.push(event)
    }
  }
  return [...events, ...waiting.flat()]
}

/** Watches from the event with this number on: everything before it is in the first list. */
function watchFrom(replicas: number, events: readonly PodEvent[], begin: number): World {
  const pods = new Map<string, PodSnapshot>()
  for (let n = 0; n < replicas; n++) pods.set(`web-${n}`, pod(`web-${n}`, NODES[n % 3] ?? 'a'))
  for (const { pod: one, gone } of events.slice(0, begin)) {
    if (gone) pods.delete(one.name)
    else pods.set(one.name, one)
  }
  const objects: ObjectSnapshot[] = [deployment({ replicas }), replicaSet(), replicaSet('2'), service()]
  const world = createKnownWorld([...objects, ...pods.values()])
  follow(world, events.slice(begin))
  return world
}

function follow(world: World, events: readonly PodEvent[]): void {
  for (const { pod: one, gone } of events) {
    if (gone) world.remove(one)
    else world.set(one)
  }
}

const movesOf = (world: World) =>
  world
    .changes('placement.changed')
    .filter(({ kind }) => kind !== 'scaled')
    .map(({ from, to }) => `${from.join()} to ${to.join()}`)

describe('wherever a watch begins', () => {
  const chosen = fc.array(fc.nat(2), { minLength: 4, maxLength: 7 })
  const picks = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })

  test('while a pod is being replaced, it reports every later move, and each from where it was', () => {
    fc.assert(
      fc.property(
        chosen,
        picks,
        fc.array(fc.constantFrom<Rollout>('none', 'goes first', 'comes first'), { minLength: 7, maxLength: 7 }),
        fc.nat(),
        (nodes, pick, rollout, at) => {
          const all = replacements(1, nodes, rollout)
          const events = interleaved(all, pick, false)
          const begin = at % events.length
          const placed = (from: number) =>
            events.slice(from).filter(({ pod: one }) => one.node !== null && one.deletedAt === 0 && !one.ready).length
          const reported = movesOf(watchFrom(1, events, begin))
          const later = all.slice(all.length - placed(begin)).map(({ from, to }) => `${from} to ${to}`)
          // Of a pod that had gone before the watch began nobody knows where it was.
          expect(later.slice(later.length - reported.length)).toEqual(reported)
          expect(reported.length).toBeGreaterThanOrEqual(later.length - 1)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('while several pods are being replaced at once, the moves after that are right', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 3 }), chosen, picks, fc.nat(), (replicas, nodes, pick, at) => {
        const all = replacements(replicas, nodes, [])
        const atOnce = interleaved(all.slice(0, replicas), pick, true)
        const oneByOne = all.slice(replicas)
        const world = watchFrom(replicas, atOnce, at % atOnce.length)
        const before = movesOf(world).length
        follow(world, interleaved(oneByOne, pick, false))
        expect(movesOf(world).slice(before)).toEqual(oneByOne.map(({ from, to }) => `${from} to ${to}`))
      }),
      { numRuns: 200 },
    )
  })

  test('from the beginning, it reports as many moves as pods were replaced, from the nodes that they left', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 3 }), chosen, picks, (replicas, nodes, pick) => {
        const all = replacements(replicas, nodes.slice(0, replicas), [])
        const moves = watchFrom(replicas, interleaved(all, pick, true), 0).changes('placement.changed')
        expect(moves.flatMap(({ from }) => from).sort()).toEqual(all.map(({ from }) => from).sort())
        expect(moves.flatMap(({ to }) => to).sort()).toEqual(all.map(({ to }) => to).sort())
      }),
      { numRuns: 200 },
    )
  })
})
