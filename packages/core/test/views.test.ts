import { describe, expect, test } from '@jest/globals'
import { explainTarget } from '../src/index.ts'
import { answering, movePod, PORT } from './story.ts'
import { DROPPED } from './world.ts'

describe('explain', () => {
  test('tells the path hop by hop, with the break at kube-proxy, and what was ruled out', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, DROPPED)
    const told = explainTarget(world.state, PORT, world.now)
    expect(told?.hops.map((hop) => `${hop.name} ${hop.state}`)).toEqual([
      'client green',
      'host port green',
      'engine green',
      'node green',
      'kube-proxy red',
      'endpoint green',
      'pod green',
      'application green',
    ])
    expect(told?.ruledOut.find((one) => one.cause === 'hostport_off')?.because).toBe(
      'no pod claims the port by hostPort',
    )
    expect(told?.epochs.length).toBeGreaterThan(1)
  })
})
