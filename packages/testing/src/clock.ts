import { settled } from './settled.ts'

/** A clock that moves only when a test moves it. */
export interface FakeClock {
  /** Wall clock, ms since the epoch. */
  now(): number
  /** Ms from 0. */
  monotonic(): number
  after(ms: number, run: () => void): () => void
  /** Lets `ms` pass: each timer that becomes due runs at its time, in order. */
  advance(ms: number): void
  /** As `advance`; what a timer starts gets as far as it can without a timer before the next one runs. */
  pass(ms: number): Promise<void>
  /** Lets `ms` pass in which no timer can run. */
  stall(ms: number): void
  /** Sets the wall clock alone. */
  set(byMs: number): void
  /** How many timers wait. */
  pending(): number
}

export function createFakeClock(): FakeClock {
  let steady = 0
  let ahead = 1_700_000_000_000
  const timers = new Set<{ due: number; run: () => void }>()

  function moveTo(time: number): void {
    steady = Math.max(steady, time)
  }

  /** @returns whether a timer ran */
  function runNext(until: number): boolean {
    const [first] = [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)
    if (first === undefined) return false
    timers.delete(first)
    moveTo(first.due)
    first.run()
    return true
  }

  return {
    now: () => ahead + steady,
    monotonic: () => steady,
    after(ms, run) {
      const timer = { due: steady + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const until = steady + ms
      while (runNext(until));
      moveTo(until)
    },
    async pass(ms) {
      const until = steady + ms
      do await settled()
      while (runNext(until))
      moveTo(until)
      await settled()
    },
    stall: (ms) => moveTo(steady + ms),
    set(byMs) {
      ahead += byMs
    },
    pending: () => timers.size,
  }
}

/** The machine's clock. Its timers do not keep the process alive. */
export const realClock = {
  now: (): number => Date.now(),
  monotonic: (): number => performance.now(),
  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
}
