import type { Clock } from '@portolan/core'

/** A stretch in which this process could not see. Times are ms since the epoch. */
export interface Trouble {
  from: number
  to: number
  /** One sentence, without its full stop. */
  reason: string
}

export interface TroubleWatch {
  /** Looks now, before something is believed that was seen just now. */
  check(): void
  /** When the latest trouble was over, on the monotonic clock; -Infinity before any. */
  readonly overAt: number
  stop(): void
}

const BEAT_MS = 250

/** Less than this is the weather of a busy machine. */
const TROUBLE_MS = 1000

/**
 * Notices that this process got no time to run (its two clocks agree that a beat came late) and that the machine slept
 * (they do not: the monotonic one stands still meanwhile).
 *
 * @param clock one that nobody sets
 */
export function watchOwnTrouble(clock: Clock, onTrouble: (trouble: Trouble) => void): TroubleWatch {
  let wall = clock.now()
  let steady = clock.monotonic()
  let overAt = -Infinity
  let cancel = clock.after(BEAT_MS, beat)

  function beat(): void {
    check()
    cancel = clock.after(BEAT_MS, beat)
  }

  function check(): void {
    const now = clock.now()
    const passed = clock.monotonic() - steady
    const reason = reasonOf(passed - BEAT_MS, now - wall - passed)
    wall = now
    steady += passed
    if (reason === null) return
    overAt = steady
    onTrouble({ from: reason.since, to: now, reason: reason.text })
  }

  function reasonOf(lateMs: number, jumpMs: number): { text: string; since: number } | null {
    if (jumpMs >= TROUBLE_MS) return { text: `this machine slept for ${seconds(jumpMs)}`, since: wall }
    if (lateMs >= TROUBLE_MS) return { text: `the prober got no time to run for ${seconds(lateMs)}`, since: wall }
    return null
  }

  return {
    check,
    get overAt() {
      return overAt
    },
    stop: () => cancel(),
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
