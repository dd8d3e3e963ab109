import type { Clock, Phase } from '@portolan/core'

/** Times the phases of one probe; the one entered last is the running one. */
export interface Stopwatch {
  enter(phase: Phase): void
  readonly phase: Phase
  /** Stops the running phase. */
  stop(): { phases: Partial<Record<Phase, number>>; durationMs: number }
  /** Since the start, ms. */
  elapsed(): number
}

export function startStopwatch(clock: Clock, first: Phase): Stopwatch {
  const begun = clock.monotonic()
  const phases: Partial<Record<Phase, number>> = {}
  let phase = first
  let phaseBegun = begun

  function close(): number {
    const now = clock.monotonic()
    phases[phase] = microseconds(now - phaseBegun)
    phaseBegun = now
    return now
  }

  return {
    enter(next) {
      close()
      phase = next
    },
    get phase() {
      return phase
    },
    stop() {
      return { durationMs: microseconds(close() - begun), phases }
    },
    elapsed: () => clock.monotonic() - begun,
  }
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
