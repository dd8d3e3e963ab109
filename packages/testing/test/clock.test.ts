import { describe, expect, test } from '@jest/globals'
import { createFakeClock } from '../src/index.ts'

describe('the fake clock', () => {
  test('runs timers in the order of their times, each at its own', () => {
    const clock = createFakeClock()
    const ran: [string, number][] = []
    clock.after(20, () => ran.push(['second', clock.monotonic()]))
    clock.after(10, () => {
      ran.push(['first', clock.monotonic()])
      clock.after(5, () => ran.push(['set by the first', clock.monotonic()]))
    })
    clock.after(30, () => ran.push(['cancelled', clock.monotonic()]))()
    clock.after(41, () => ran.push(['later', clock.monotonic()]))
    clock.advance(40)
    expect(ran).toEqual([
      ['first', 10],
      ['set by the first', 15],
      ['second', 20],
    ])
    expect(clock.monotonic()).toBe(40)
    expect(clock.pending()).toBe(1)
  })

  test('lets promises go on between two timers', async () => {
    const clock = createFakeClock()
    const times: number[] = []
    const wait = () => new Promise<void>((resolve) => void clock.after(10, resolve))
    const waited = (async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await wait()
        times.push(clock.monotonic())
      }
    })()
    await clock.pass(30)
    expect(times).toEqual([10, 20, 30])
    await waited
  })

  test('runs a timer late after a stall, and sets the wall clock alone', () => {
    const clock = createFakeClock()
    const began = clock.now()
    const ran: number[] = []
    clock.after(10, () => ran.push(clock.monotonic()))
    clock.stall(100)
    expect(ran).toEqual([])
    clock.advance(0)
    expect(ran).toEqual([100])
    clock.set(-3000)
    expect([clock.now() - began, clock.monotonic()]).toEqual([-2900, 100])
  })
})
