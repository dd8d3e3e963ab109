import { describe, expect, test } from '@jest/globals'
import { readTargets } from '../../src/index.ts'
import { answering, causes, movePod, PORT } from '../story.ts'
import { ALL_OK, DROPPED } from '../world.ts'

describe('flapping', () => {
  test('fail, ok, fail, ok that never lasts is flapping', () => {
    const world = answering()
    world.pass(10_000)
    for (let n = 0; n < 4; n++) {
      world.probe(PORT, { loopback4: 'closed' })
      world.pass(300)
      world.probe(PORT, { loopback4: 'ok' })
      world.pass(300)
    }
    expect(readTargets(world.state)[0]?.state).toBe('flapping')
  })

  test('going dark and coming back again and again is flapping', () => {
    const world = answering()
    for (let n = 0; n < 3; n++) {
      movePod(world, 'a', 'b', [`web-${2 * n + 1}`, `web-${2 * n + 2}`])
      world.pass(100)
      world.probe(PORT, DROPPED)
      movePod(world, 'b', 'a', [`web-${2 * n + 2}`, `web-${2 * n + 3}`])
      world.pass(1000)
      world.probe(PORT, ALL_OK)
      world.pass(1000)
      world.probe(PORT, ALL_OK)
    }
    expect(readTargets(world.state)[0]?.state).toBe('flapping')
    expect(new Set(causes(world))).toEqual(new Set(['etp_local']))
  })
})
