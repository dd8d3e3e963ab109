import { describe, expect, test } from '@jest/globals'
import { readTargets } from '../../src/index.ts'
import { answering, causes, movePod, PORT } from '../story.ts'
import { ALL_OK, DROPPED, REJECTED } from '../world.ts'

describe('some connections fail while nothing moves', () => {
  test('is one incident, until none failed for a while', () => {
    const world = answering()
    world.pass(60_000)
    const probe = (answers: boolean) => {
      world.probe(PORT, answers ? ALL_OK : REJECTED)
      world.pass(1000)
    }
    for (let n = 0; n < 8; n++) probe(n % 2 === 0)
    for (let n = 0; n < 30; n++) probe(n % 3 !== 0)
    expect(world.changes('incident.opened').length).toBeLessThanOrEqual(1)
    expect(world.changes('incident.closed')).toHaveLength(0)
    for (let n = 0; n < 12; n++) probe(true)
    expect(world.changes('incident.closed')).toHaveLength(1)
    expect(readTargets(world.state)[0]?.state).not.toBe('down')
  })
})

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
