import { describe, expect, test } from '@jest/globals'
import type { NodeContainer, Observation } from '../../src/index.ts'
import { node } from '../builders.ts'
import { createKnownWorld, DOCKER, fourNodes, type World } from '../world.ts'

const told = (world: World) => world.changes('cluster.event').map(({ event, node: name, text }) => [event, name, text])

function known(): World {
  const world = createKnownWorld([])
  world.pass(1000)
  return world
}

const looking = (state: NodeContainer['state']) => {
  const [cp, a, b, c] = fourNodes({ 30080: 30080 })
  return [cp, { ...a, state }, b, c]
}
const notReady = { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet is silent.', since: 0 } as const

describe('what happens to the cluster as a whole is told once', () => {
  test.each<[string, (world: World) => void, (string | null)[][]]>([
    [
      'a node is cordoned, and uncordoned',
      (world) => {
        world.set(node('a', { unschedulable: true }))
        world.set(node('a', { unschedulable: true }))
        world.set(node('a'))
      },
      [
        ['node_cordoned', 'a', 'a was cordoned: no new pod is scheduled there'],
        ['node_uncordoned', 'a', 'a was uncordoned: new pods may be scheduled there again'],
      ],
    ],
    [
      'a node gets silent, and comes back',
      (world) => {
        world.set(node('b', { ready: notReady }))
        world.set(node('b'))
      },
      [
        ['node_not_ready', 'b', 'b is not ready any more: Kubelet is silent.'],
        ['node_ready', 'b', 'b is ready again'],
      ],
    ],
    [
      'a node is stopped, and started',
      (world) => {
        world.containers(...looking('exited'))
        world.containers(...looking('dead'))
        world.containers(...looking('running'))
      },
      [
        ['node_stopped', 'a', 'a stopped (exited)'],
        ['node_started', 'a', 'a runs again'],
      ],
    ],
    [
      'the engine is restarted',
      (world) => {
        world.tell({ kind: 'engine', status: 'lost', reason: 'connection refused' })
        world.tell({ kind: 'engine', status: 'lost', reason: 'connection refused' })
        world.tell({ kind: 'engine', status: 'connected', engine: DOCKER })
      },
      [
        ['engine_lost', null, 'the container engine does not answer: connection refused'],
        ['engine_back', null, 'the container engine answers again'],
      ],
    ],
    [
      'the nodes as a new list has them, after the watch was cut off',
      (world) => world.list([node('cp'), node('a', { unschedulable: true }), node('b'), node('d')]),
      [['node_cordoned', 'a', 'a was cordoned: no new pod is scheduled there']],
    ],
  ])('%s', (_, act, expected) => {
    const world = known()
    act(world)
    expect(told(world)).toEqual(expected)
  })

  test('and nothing of how it was found', () => {
    const world = createKnownWorld([node('a', { unschedulable: true, ready: notReady })])
    const again: Observation = { kind: 'engine', status: 'connected', engine: DOCKER }
    world.tell(again)
    expect(told(world)).toEqual([])
  })
})
