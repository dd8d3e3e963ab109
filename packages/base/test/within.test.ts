import { expect, test } from '@jest/globals'
import { createFakeClock } from '@portolan/testing'
import { within } from '../src/index.ts'

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
}

test('a deadline that passes is named', async () => {
  const clock = createFakeClock()
  const asked = within(clock, 10_000, new AbortController().signal, untilAborted)
  clock.advance(10_000)
  await expect(asked).rejects.toThrow('no answer within 10 s')
})

test('the deadline is not blamed when the parent gives up first', async () => {
  const parent = new AbortController()
  const clock = createFakeClock()
  const asked = within(clock, 10_000, parent.signal, untilAborted)
  parent.abort()
  await expect(asked).rejects.toThrow('aborted')
  expect(clock.pending()).toBe(0)
})

test('an answer in time is the answer, and its signal still follows the parent', async () => {
  const parent = new AbortController()
  const clock = createFakeClock()
  const signal = await within(clock, 10_000, parent.signal, async (inTime) => inTime)
  clock.advance(20_000)
  expect(signal.aborted).toBe(false)
  parent.abort()
  expect(signal.aborted).toBe(true)
})
