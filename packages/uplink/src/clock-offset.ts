import { type Clock, isTime } from '@portolan/core'

/** One question to the collector: when it was asked and answered by our clock, and what the collector's clock said meanwhile. */
export interface TimeSample {
  askedAt: number
  answeredAt: number
  theirs: number
}

export interface ClockOffset {
  add(sample: TimeSample): void
  /** How far the collector's clock is ahead of ours, whole ms; 0 where that may be the round trip; null while unknown. */
  read(): number | null
}

const KEPT = 20

/** What was measured before either clock was set by more than this is of no use any more. */
const SET_MS = 500

/** As NTP does: the answer that took least is believed most, whose way there and back can differ by no more than it took. */
export function createClockOffset(clock: Clock): ClockOffset {
  let samples: { offsetMs: number; tripMs: number; zero: number }[] = []
  /** Moves when the clock is set. */
  const zero = () => clock.now() - clock.monotonic()

  return {
    add({ askedAt, answeredAt, theirs }) {
      const tripMs = answeredAt - askedAt
      if (tripMs < 0 || !isTime(theirs)) return
      const offsetMs = theirs - (askedAt + answeredAt) / 2
      const agrees = (one: (typeof samples)[number]) =>
        Math.abs(one.offsetMs - offsetMs) <= SET_MS + (one.tripMs + tripMs) / 2
      samples = [...samples.filter(agrees), { offsetMs, tripMs, zero: zero() }].slice(-KEPT)
    },
    read() {
      const now = zero()
      samples = samples.filter((sample) => Math.abs(sample.zero - now) <= SET_MS)
      const [first, ...others] = samples
      if (first === undefined) return null
      const best = others.reduce((a, b) => (b.tripMs <= a.tripMs ? b : a), first)
      return Math.abs(best.offsetMs) > best.tripMs ? Math.round(best.offsetMs) : 0
    },
  }
}
