import { describe, expect, test } from '@jest/globals'
import { onsetText } from '../../src/index.ts'
import { deployment, pod, replicaSet, service, slice, START } from '../builders.ts'
import { answering, movePod, PORT, story } from '../story.ts'
import { ALL_OK, createKnownWorld, DROPPED, type World } from '../world.ts'

/** Dark since its pod moved to `b`, and answered a second before that. */
function darkByMove(): World {
  const world = answering()
  world.pass(10_000)
  movePod(world, 'a', 'b')
  world.pass(100)
  world.probe(PORT, DROPPED)
  return world
}

describe('a change of how ports are led to their pods', () => {
  test('is an event of the cluster, once', () => {
    const world = answering()
    world.set(service({ externalTrafficPolicy: 'Cluster' }))
    world.set(service({ externalTrafficPolicy: 'Cluster' }))
    expect(world.changes('cluster.event')).toMatchObject([
      {
        event: 'routing_changed',
        text: 'Service default/web changed its externalTrafficPolicy from Local to Cluster',
        at: world.now,
      },
    ])
  })

  test('is said in a few words, however many labels a selector has', () => {
    const labels = (value: string) =>
      Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`label-${index}`, value]))
    const world = answering()
    world.set(service({ selector: labels('a') }))
    world.set(service({ selector: labels('b') }))
    const texts = world.changes('cluster.event').map(({ text }) => text)
    expect(texts[1]).toMatch(/changed its selector from label-0=a,.* and 9990 more to label-0=b,.* and 9990 more$/)
  })

  test('a pod that moves is none', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    expect(world.changes('cluster.event')).toEqual([])
  })
})

describe('what set an outage off', () => {
  test('is the move before it', () => {
    expect(darkByMove().incident()?.trigger?.text).toBe(
      'Deployment default/web moved from a to b (the pod was deleted)',
    )
  })

  test('stays the first move while its pod moves on, and the others are listed', () => {
    const world = darkByMove()
    const first = world.incident()
    movePod(world, 'b', 'c', ['web-2', 'web-3'])
    world.pass(1000)
    world.probe(PORT, DROPPED)
    movePod(world, 'c', 'a', ['web-3', 'web-4'])
    for (let n = 0; n < 2; n++) {
      world.pass(1000)
      world.probe(PORT, ALL_OK)
    }
    expect(world.incident()).toMatchObject({
      cause: 'etp_local',
      changedAt: first?.changedAt,
      trigger: first?.trigger,
      later: [
        { text: 'Deployment default/web moved from b to c (the pod was deleted)' },
        { text: 'Deployment default/web moved from c to a (the pod was deleted)' },
      ],
    })
  })

  test.each<[string, (world: World) => void, string]>([
    [
      'a Service that is changed',
      (world) => world.set(service({ externalTrafficPolicy: 'Local', selector: { app: 'wev' } }), slice([])),
      'Service default/web changed its selector from app=web to app=wev',
    ],
    ['a Service that is deleted', (world) => world.remove(service()), 'Service default/web was deleted'],
    [
      'a pod that is not ready any more',
      (world) => world.set(pod('web-1', 'a', { ready: false }), slice([])),
      'Pod default/web-1 on a is not ready any more',
    ],
    [
      'a node that stops',
      (world) => {
        const [cp, a, b, c] = world.state.inventory.containers
        world.containers(cp!, { ...a!, state: 'exited' }, b!, c!)
      },
      'a stopped (exited)',
    ],
    [
      'a node that stops, and not that the engine takes its port bindings away then',
      (world) => {
        const [cp, a, b, c] = world.state.inventory.containers
        world.containers(cp!, { ...a!, state: 'exited', bindings: [] }, b!, c!)
      },
      'a stopped (exited)',
    ],
    [
      'the engine, if it lost the port binding of a node that runs',
      (world) => {
        const [cp, a, b, c] = world.state.inventory.containers
        world.containers(cp!, { ...a!, bindings: [] }, b!, c!)
      },
      'the engine lost the binding of host port 30080',
    ],
  ])('is %s', (_, happen, text) => {
    const world = answering()
    world.pass(10_000)
    happen(world)
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, { loopback4: 'closed', lan: 'refused' })
    }
    expect(world.incident()?.trigger?.text).toBe(text)
  })

  test('is nothing that was long over', () => {
    const world = answering()
    movePod(world, 'a', 'a')
    for (let n = 0; n < 70; n++) {
      world.pass(1000)
      world.probe(PORT, ALL_OK)
    }
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, DROPPED)
    }
    expect(world.incident()?.trigger).toBeUndefined()
  })
})

describe('a port that was dark before it was watched', () => {
  test('was dark already when watching began, and no move that follows set that off', () => {
    const world = story('b')
    world.probe(PORT, DROPPED)
    movePod(world, 'b', 'c')
    world.pass(1000)
    world.probe(PORT, DROPPED)
    world.pass(1000)
    const [track] = world.state.ports.tracks.values()
    expect(track?.incident).toMatchObject({ foundDarkAt: START, later: [{ text: expect.stringContaining('b to c') }] })
    expect(track?.incident?.trigger).toBeUndefined()
    expect(onsetText(track!.incident!, (at) => `${at - START} ms`)).toMatch(
      /^It was dark already when watching began at 0 ms\. Then: Deployment default\/web moved from b to c/,
    )
  })
})

test('a port that something comes to use and that has never answered did not go dark', () => {
  const world = createKnownWorld([])
  world.pass(10_000)
  world.probe(PORT, DROPPED)
  const one = pod('web-1', 'b')
  world.set(deployment(), replicaSet(), service({ externalTrafficPolicy: 'Local' }), one, slice([one]))
  for (let n = 0; n < 4; n++) {
    world.pass(1000)
    world.probe(PORT, DROPPED)
  }
  const incident = world.incident()
  expect(incident?.neverAnswered).toBe(true)
  expect(onsetText(incident!, () => 'TIME')).toBe(
    'It has not answered since Service default/web took port 30080 at TIME.',
  )
})
