import { describe, expect, test } from '@jest/globals'
import { deployment, node, pod, replicaSet } from '../builders.ts'
import { answering, PORT } from '../story.ts'

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
