import { describe, expect, test } from '@jest/globals'
import { createFakeClock, createRecordedLog, settled } from '@portolan/testing'
import { startLoop } from '../src/loop.ts'

describe('a background loop', () => {
  test('starts the next run only after the last one ended', async () => {
    const clock = createFakeClock()
    const runs: PromiseWithResolvers<void>[] = []
    const run = () => {
      const one = Promise.withResolvers<void>()
      runs.push(one)
      return one.promise
    }
    const loop = startLoop({ name: 'x', everyMs: 10, clock, log: createRecordedLog(), run })
    clock.advance(10)
    clock.advance(1000)
    expect(runs).toHaveLength(1)
    runs[0]?.resolve()
    await settled()
    clock.advance(10)
    expect(runs).toHaveLength(2)
    runs[1]?.resolve()
    await loop.stop()
  })

  test('goes on after a run that failed, and says so', async () => {
    const clock = createFakeClock()
    const log = createRecordedLog()
    let runs = 0
    const run = () => {
      runs += 1
      throw new Error('broken')
    }
    const loop = startLoop({ name: 'x', everyMs: 10, clock, log, run })
    clock.advance(10)
    await settled()
    clock.advance(10)
    expect(runs).toBe(2)
    expect(log.messages).toHaveLength(2)
    await loop.stop()
  })

  test('waits for the run under way when it is stopped, and runs no more', async () => {
    const clock = createFakeClock()
    const one = Promise.withResolvers<void>()
    let ended = false
    const loop = startLoop({
      name: 'x',
      everyMs: 10,
      clock,
      log: createRecordedLog(),
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
