import { uptime } from 'node:os'
import type { Clock } from '@portolan/core'

/** What a machine says of the time. */
export interface TimeSources {
  /** Wall clock, ms since the epoch: people and NTP set it. */
  wall(): number
  /** Ms that never jump; it may stand still while the machine sleeps. */
  monotonic(): number
  /** Seconds since the machine started, its sleep included. */
  uptime(): number
}

export interface Clocks {
  /** Follows the wall clock: `onSet` says by how much it jumped before `now` answers by the new time. */
  clock: Clock
  /** The same time as it would go on if nobody ever set the wall clock, for whoever measures and tells others. */
  steady: Clock
}

/** How often the wall clock and the sleep of the machine are looked at, ms of the monotonic clock, where time is asked for. */
const LOOK_MS = 250
/** What differs by less is made up for little by little, as NTP does. */
const JUMP_MS = 1000
/** `uptime` may be precise to a second. */
const SLEEP_MS = 2000
const MOST_SLEW = 0.05
const SLEW_OVER_MS = 5000

/** Both clocks of this process, from what the machine says; neither ever goes back but where `onSet` says so. */
export function createClocks(sources: TimeSources, after: Clock['after']): Clocks {
  const { wall, monotonic } = sources
  const listeners = new Set<(byMs: number) => void>()
  const awake = () => sources.uptime() * 1000 - monotonic()
  const awakeAtStart = awake()
  const origin = wall() - monotonic()
  let slept = 0
  let lookedAt = monotonic()
  /** By how much the time that is shown is ahead of the steady one, when it was looked at last, and how that changes. */
  let ahead = 0
  let slew = 0

  function aheadAt(now: number): number {
    return ahead + slew * Math.min(now - lookedAt, JUMP_MS)
  }

  function look(): number {
    const now = monotonic()
    if (now - lookedAt < LOOK_MS) return now
    ahead = aheadAt(now)
    lookedAt = now
    const asleep = awake() - awakeAtStart
    if (asleep - slept >= SLEEP_MS) slept = asleep
    const off = Math.round(wall() - (origin + now + slept + ahead))
    if (Math.abs(off) < JUMP_MS) {
      slew = Math.max(-MOST_SLEW, Math.min(MOST_SLEW, off / SLEW_OVER_MS))
      return now
    }
    ahead += off
    slew = 0
    for (const listener of listeners) listener(off)
    return now
  }

  const steadyNow = (now: number) => Math.round(origin + now + slept)
  return {
    clock: {
      now() {
        const now = look()
        return steadyNow(now) + Math.round(aheadAt(now))
      },
      monotonic,
      after,
      onSet(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    steady: { now: () => steadyNow(look()), monotonic, after },
  }
}

const machine = createClocks({ wall: Date.now, monotonic: () => performance.now(), uptime }, (ms, run) => {
  const timer = setTimeout(run, ms)
  timer.unref()
  return () => clearTimeout(timer)
})

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = machine.clock

/** For whoever stamps what others put in their own time: setting the machine's clock does not touch it. */
export const steadyClock: Clock = machine.steady
