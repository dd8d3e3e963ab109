import { expect, test } from '@jest/globals'
import { within } from '../src/deadline.ts'

/** A clock whose only timer is over at once, or never. */
function clockThat(elapses: boolean) {
  return {
    now: () => 0,
    monotonic: () => 0,
    after(_ms: number, run: () => void) {
      if (elapses) queueMicrotask(run)
      return () => {}
    },
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
}

test('a deadline that passes is named', async () => {
  await expect(within(clockThat(true), 10_000, new AbortController().signal, untilAborted)).rejects.toThrow(
    'gave no answer within 10 s',
  )
})

test('whoever gives up first is not blamed on the deadline', async () => {
  const parent = new AbortController()
  const asked = within(clockThat(false), 10_000, parent.signal, untilAborted)
  parent.abort()
  await expect(asked).rejects.toThrow('aborted')
})

test('an answer in time is the answer, and its signal still follows the parent', async () => {
  const parent = new AbortController()
  const signal = await within(clockThat(false), 10_000, parent.signal, async (inTime) => inTime)
  expect(signal.aborted).toBe(false)
  parent.abort()
  expect(signal.aborted).toBe(true)
})
