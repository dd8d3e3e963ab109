import { expect, test } from '@jest/globals'
import { createFakeClock } from '@portolan/testing'
import { createAllowance } from '../../src/ingest/allowance.ts'

test('a source may do so much at once, and so much a second after that', () => {
  const clock = createFakeClock()
  const allow = createAllowance(clock, { aSecond: 1, atOnce: 2 })
  expect([allow('a'), allow('a'), allow('a'), allow('b')]).toEqual([true, true, false, true])
  clock.advance(1000)
  expect([allow('a'), allow('a')]).toEqual([true, false])
})

test('what is done beyond what was left is waited for', () => {
  const clock = createFakeClock()
  const allow = createAllowance(clock, { aSecond: 100, atOnce: 1000 })
  expect(allow('a', 1500)).toBe(true)
  clock.advance(5000)
  expect(allow('a', 10)).toBe(false)
  clock.advance(1000)
  expect(allow('a', 10)).toBe(true)
})
