import { expect, test } from '@jest/globals'
import { createRefresher } from '../src/refresher.ts'

function setUp() {
  const timers: (() => void)[] = []
  const runs: PromiseWithResolvers<void>[] = []
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    after(_ms: number, run: () => void) {
      timers.push(run)
      return () => timers.splice(timers.indexOf(run), 1)
    },
  }
  const refresher = createRefresher(clock, 20, () => {
    const run = Promise.withResolvers<void>()
    runs.push(run)
    return run.promise
  })
  return { refresher, runs, timers, elapse: () => timers.shift()?.() }
}

test('many requests run once', () => {
  const { refresher, runs, elapse } = setUp()
  refresher.request()
  refresher.request()
  elapse()
  elapse()
  expect(runs).toHaveLength(1)
})

test('a request during a run leads to one more, after it', async () => {
  const { refresher, runs, timers, elapse } = setUp()
  refresher.request()
  elapse()
  refresher.request()
  refresher.request()
  expect(timers).toHaveLength(0)
  runs[0]?.resolve()
  await runs[0]?.promise
  await Promise.resolve()
  elapse()
  expect(runs).toHaveLength(2)
})

test('nothing starts after a stop', () => {
  const { refresher, runs, elapse } = setUp()
  refresher.request()
  refresher.stop()
  refresher.request()
  elapse()
  expect(runs).toHaveLength(0)
})
