import type { Symptom } from '@portolan/core'

/** Dark outcomes in a row until the plan slows down. */
const PATIENCE = 5

/** The interval does not grow beyond this by itself, ms. */
const SLOWEST_MS = 15_000

/**
 * Slows a plan down while its port stays dark behind docker-proxy, which goes on to dial for about 127 s after each probe
 * has left: the interval doubles up to 15 s, so at most about 20 dials pile up.
 */
export interface DialBackoff {
  /** Whether a probe may start now, by the monotonic clock. */
  allows(now: number): boolean
  started(now: number): void
  note(symptom: Symptom): void
  reset(): void
}

export function createDialBackoff(intervalMs: number): DialBackoff {
  let darkInRow = 0
  let lastStart = Number.NEGATIVE_INFINITY

  function interval(): number {
    const doublings = Math.max(0, darkInRow - PATIENCE + 1)
    return Math.max(intervalMs, Math.min(SLOWEST_MS, intervalMs * 2 ** doublings))
  }

  return {
    // Half an interval of tolerance: starts keep to the plan's grid, and one that was late must not cost a whole round.
    allows: (now) => darkInRow < PATIENCE || now - lastStart >= interval() - intervalMs / 2,
    started(now) {
      lastStart = now
    },
    note(symptom) {
      if (symptom === 'local_error') return
      darkInRow = isStuckDial(symptom) ? darkInRow + 1 : 0
    },
    reset() {
      darkInRow = 0
    },
  }
}

/** The symptoms of a probe whose dial docker-proxy may still be at. */
export function isStuckDial(symptom: Symptom): boolean {
  return symptom === 'silent' || symptom === 'connect_timeout'
}
