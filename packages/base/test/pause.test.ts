import { expect, test } from '@jest/globals'
import { createFakeClock } from '@portolan/testing'
import { pause } from '../src/index.ts'

function setUp(ms: number, signal: AbortSignal) {
  const clock = createFakeClock()
  const seen = { isOver: false }
  const over = pause(clock, ms, signal).then(() => (seen.isOver = true))
  return { clock, seen, over }
}

test('a pause is over when its time is, and not before', async () => {
  const { clock, seen } = setUp(1000, new AbortController().signal)
  await clock.pass(999)
  expect(seen.isOver).toBe(false)
  await clock.pass(1)
  expect(seen.isOver).toBe(true)
})

test('a pause ends at once when its signal aborts, and leaves no timer behind', async () => {
  const stop = new AbortController()
  const { clock, seen } = setUp(1000, stop.signal)
  stop.abort()
  await clock.pass(0)
  expect(seen.isOver).toBe(true)
  expect(clock.pending()).toBe(0)
})

test('a pause does not begin when its signal has aborted', async () => {
  const { clock, seen } = setUp(1000, AbortSignal.abort())
  expect(clock.pending()).toBe(0)
  await clock.pass(0)
  expect(seen.isOver).toBe(true)
})

test('a pause of a time that has gone by already is over at the next turn', async () => {
  const { clock, seen } = setUp(-5, new AbortController().signal)
  await clock.pass(0)
  expect(seen.isOver).toBe(true)
})
