import { describe, expect, test } from '@jest/globals'
import { isPlanned } from '../../src/index.ts'
import { deployment, pod, replicaSet, service, slice } from '../builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, type World } from '../world.ts'

const PORT = 'host:30080'

/** Policy Local, port 30080 mapped to `a`, where the pod is: it answers. */
function answering(): World {
  const first = pod('web-1', 'a')
  const world = createKnownWorld([
    deployment(),
    replicaSet(),
    service({ externalTrafficPolicy: 'Local' }),
    first,
    slice([first]),
  ])
  for (let turn = 0; turn < 2; turn += 1) {
    world.pass(1000)
    world.probe(PORT, ALL_OK)
  }
  return world
}

/** Deleted on `from`, evicted or not, and ready again on `b`. */
function moveAway(world: World, { evicted }: { evicted: boolean }, from = 'a', number = 1): void {
  const disruption = evicted
    ? { status: 'True' as const, reason: 'EvictionByEvictionAPI', message: '', since: world.now }
    : null
  const leaving = pod(`web-${number}`, from, { deletedAt: world.now, disruption })
  const coming = pod(`web-${number + 1}`, 'b', { createdAt: world.now })
  world.set(leaving, coming, slice([coming]))
  world.pass(100)
  world.probe(PORT, DROPPED)
  world.remove(leaving)
}

const planned = (world: World) => isPlanned(world.state, PORT, world.now)

describe('a dark port is excused', () => {
  test('by the drain that made it dark, for a minute after the endpoints last changed, and not longer', () => {
    const world = answering()
    moveAway(world, { evicted: true })
    expect([world.incident()?.planned, planned(world)]).toEqual([true, true])
    world.pass(58_000)
    world.probe(PORT, DROPPED)
    expect(planned(world)).toBe(true)
    world.pass(3_000)
    expect([world.incident()?.closedAt, planned(world)]).toEqual([null, false])
  })

  test('by a rollout', () => {
    const world = answering()
    const coming = pod('web-9', 'b', {
      ready: false,
      createdAt: world.now,
      owner: { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' },
    })
    world.set(replicaSet('2'), pod('web-1', 'a', { deletedAt: world.now }), coming, slice([]))
    world.pass(100)
    world.probe(PORT, DROPPED)
    expect(planned(world)).toBe(true)
  })

  test.each([
    ['by nothing but a drain or rollout', (world: World) => moveAway(world, { evicted: false })],
    [
      'not by a drain that comes when it is dark already',
      (world: World) => {
        moveAway(world, { evicted: false })
        moveAway(world, { evicted: true }, 'b', 2)
      },
    ],
    [
      'not longer because one drain follows another',
      (world: World) => {
        moveAway(world, { evicted: true })
        world.pass(40_000)
        moveAway(world, { evicted: true }, 'b', 2)
        world.pass(30_000)
      },
    ],
    [
      'not once it answers again',
      (world: World) => {
        moveAway(world, { evicted: true })
        const back = pod('web-3', 'a', { createdAt: world.now })
        world.set(back, slice([back]))
        for (const _ of [1, 2]) {
          world.pass(500)
          world.probe(PORT, ALL_OK)
        }
      },
    ],
  ])('%s', (_, happens) => {
    const world = answering()
    happens(world)
    expect(world.changes('incident.opened')).toHaveLength(1)
    expect(planned(world)).toBe(false)
  })
})
