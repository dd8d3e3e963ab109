import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createFakeClock } from '@portolan/testing'
import { createTimers } from '../../src/schedule/timers.ts'

test('runs everything once, in the order of its time, but what was cancelled', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1000), fc.boolean())), (entries) => {
      const clock = createFakeClock()
      const timers = createTimers(clock)
      const ran: number[] = []
      const cancels = entries.map(([due]) => timers.at(due, () => ran.push(due)))
      entries.forEach(([, cancelled], index) => cancelled && cancels[index]!())
      clock.advance(1000)
      const kept = entries.filter(([, cancelled]) => !cancelled).map(([due]) => due)
      expect(ran).toEqual(kept.sort((a, b) => a - b))
    }),
  )
})

test('runs what is put in while it runs', () => {
  const clock = createFakeClock()
  const timers = createTimers(clock)
  const ran: number[] = []
  const repeat = (due: number) =>
    timers.at(due, () => {
      ran.push(clock.monotonic())
      repeat(due + 10)
    })
  repeat(5)
  clock.advance(30)
  expect(ran).toEqual([5, 15, 25])
})

test('runs nothing after it was cleared', () => {
  const clock = createFakeClock()
  const timers = createTimers(clock)
  timers.at(5, () => {
    throw new Error('ran')
  })
  timers.clear()
  clock.advance(100)
})
