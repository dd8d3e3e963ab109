import { describe, expect, test } from '@jest/globals'
import { startLoop } from '../src/loop.ts'
import { fakeClock } from './fake-clock.ts'
import { recordedLog } from './recorded-log.ts'

/** Lets everything run that only waits for promises. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('a background loop', () => {
  test('starts the next run only after the last one ended', async () => {
    const clock = fakeClock()
    const runs: PromiseWithResolvers<void>[] = []
    const run = () => {
      const one = Promise.withResolvers<void>()
      runs.push(one)
      return one.promise
    }
    const loop = startLoop({ name: 'x', everyMs: 10, clock, log: recordedLog(), run })
    clock.advance(10)
    clock.advance(1000)
    expect(runs).toHaveLength(1)
    runs[0]?.resolve()
    await settle()
    clock.advance(10)
    expect(runs).toHaveLength(2)
    runs[1]?.resolve()
    await loop.stop()
  })

  test('goes on after a run that failed, and says so', async () => {
    const clock = fakeClock()
    const log = recordedLog()
    let runs = 0
    const run = () => {
      runs += 1
      throw new Error('broken')
    }
    const loop = startLoop({ name: 'x', everyMs: 10, clock, log, run })
    clock.advance(10)
    await settle()
    clock.advance(10)
    expect(runs).toBe(2)
    expect(log.messages).toHaveLength(2)
    await loop.stop()
  })

  test('waits for the run under way when it is stopped, and runs no more', async () => {
    const clock = fakeClock()
    const one = Promise.withResolvers<void>()
    let ended = false
    const loop = startLoop({
      name: 'x',
      everyMs: 10,
      clock,
      log: recordedLog(),
      run: () => one.promise.then(() => void (ended = true)),
    })
    clock.advance(10)
    const stopped = loop.stop()
    one.resolve()
    await stopped
    expect(ended).toBe(true)
    expect(clock.pending()).toBe(0)
  })
})
