import type { Clock } from '@portolan/core'

/** A clock that moves only when it is told to; its wall clock is its monotonic one. */
export interface FakeClock extends Clock {
  /** Runs every timer that becomes due within `ms`, each at its time. */
  advance(ms: number): void
  /** Lets time pass in which no timer could run. */
  stall(ms: number): void
}

export function createFakeClock(): FakeClock {
  let now = 0
  const timers = new Set<{ due: number; run: () => void }>()
  return {
    now: () => now,
    monotonic: () => now,
    after(ms, run) {
      const timer = { due: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const until = now + ms
      for (;;) {
        const [first] = [...timers].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due)
        if (first === undefined) break
        timers.delete(first)
        now = Math.max(now, first.due)
        first.run()
      }
      now = Math.max(now, until)
    },
    stall(ms) {
      now += ms
    },
  }
}
