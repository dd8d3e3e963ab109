import type { Clock } from '@portolan/core'

export interface FakeClock extends Clock {
  advance(ms: number): void
  /** How many timers wait. */
  pending(): number
}

/** A clock that stands still until it is told to go on; timers then run at their time, in order. */
export function fakeClock(): FakeClock {
  let now = 1_700_000_000_000
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    monotonic: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = end
    },
    pending: () => timers.size,
  }
}
