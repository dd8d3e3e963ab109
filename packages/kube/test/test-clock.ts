import type { Clock } from '@portolan/core'

/** Back-offs are shorter than this, the limits on silence and the times between comparisons longer. */
const SHORT = 20_000

/** Short waits are over at once, long ones when the test lets the time pass. */
export function createTestClock() {
  let time = Date.parse('2026-03-01T12:00:00Z')
  const waiting = new Set<{ due: number; run: () => void }>()
  const clock: Clock = {
    now: () => time,
    monotonic: () => time,
    after(ms, run) {
      if (ms < SHORT) {
        const immediate = setImmediate(() => {
          time += ms
          run()
        })
        return () => clearImmediate(immediate)
      }
      const timer = { due: time + ms, run }
      waiting.add(timer)
      return () => void waiting.delete(timer)
    },
  }
  return {
    clock,
    pass(ms: number) {
      time += ms
      for (const timer of [...waiting].filter(({ due }) => due <= time)) {
        waiting.delete(timer)
        timer.run()
      }
    },
  }
}
