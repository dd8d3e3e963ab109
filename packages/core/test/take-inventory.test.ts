import { describe, expect, test } from '@jest/globals'
import { placement, pod } from './builders.ts'
import { answering, movePod } from './story.ts'

describe('a change that touches a port', () => {
  test('bursts it: closely at the node, with care through the proxy, the witness beside it', () => {
    const world = answering()
    world.effects.length = 0
    movePod(world, 'a', 'b')
    const bursts = world.effects.flatMap((effect) => (effect.kind === 'burst' ? effect.bursts : []))
    const everyMs = Object.fromEntries(bursts.map((burst) => [burst.plan, burst.everyMs]))
    expect(everyMs).toEqual({
      'host:30080@host/loopback4': 250,
      'host:30080@host/lan': 250,
      'host:30080@host/node-address': 50,
      'node:b:30080@host/node-address': 200,
    })
  })

  test('an object that has nothing to do with it does not', () => {
    const world = answering()
    world.effects.length = 0
    world.set(pod('other', 'b', { placement: placement({ labels: { app: 'other' } }), owner: null }))
    expect(world.effects.filter((effect) => effect.kind === 'burst' || effect.kind === 'assign')).toEqual([])
  })
})
