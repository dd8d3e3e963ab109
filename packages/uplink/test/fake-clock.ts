import type { Clock } from '@portolan/core'

export interface FakeClock extends Clock {
  /** Lets time pass: each timer runs at its time, and what it set going gets as far as it can before the next. */
  pass(ms: number): Promise<void>
  /** The wall clock alone. */
  set(byMs: number): void
}

export function createFakeClock(): FakeClock {
  let steady = 0
  let wall = 1_700_000_000_000
  const timers = new Set<{ due: number; run: () => void }>()

  function moveTo(time: number): void {
    const ms = Math.max(0, time - steady)
    steady += ms
    wall += ms
  }

  return {
    now: () => wall,
    monotonic: () => steady,
    after(ms, run) {
      const timer = { due: steady + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async pass(ms) {
      const until = steady + ms
      for (;;) {
        await settled()
        const [first] = [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)
        if (first === undefined) break
        timers.delete(first)
        moveTo(first.due)
        first.run()
      }
      moveTo(until)
      await settled()
    },
    set(byMs) {
      wall += byMs
    },
  }
}

/** All that waits for no timer is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
