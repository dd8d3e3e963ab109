import { type Burst, hash, type Outcome, type ProbePlan } from '@portolan/core'
import type { converse, Seen } from './converse.ts'
import type { Discovery } from './discovery.ts'
import { createPace, isStuckDial } from './pace.ts'
import { createPlanProber } from './plan-prober.ts'
import type { SchedulerOptions, SkipReason } from './scheduler.ts'
import type { Timetable } from './timetable.ts'

/** The probes of one plan. */
export interface Rounds {
  burst(burst: Burst): void
  stop(): void
}

export interface RoundsOptions {
  timetable: Timetable
  discovery: Discovery
  sockets: { take(): boolean; give(): void }
  probe: typeof converse
  report: SchedulerOptions
}

/** Probes of one plan that may be under way together. */
const IN_FLIGHT_LIMIT = 32

/** A burst through docker-proxy ends after so many dark outcomes: each leaves it a dial for about 127 s. */
const BURST_DARK_LIMIT = 20

interface RunningBurst extends Burst {
  endsAt: number
  /** Dark so far in a row, and those that may still turn out to be. */
  dark: number
  open: number
  cancel: () => void
}

export function createRounds(plan: ProbePlan, options: RoundsOptions): Rounds {
  const { timetable, report } = options
  const { clock } = report
  const proxied = plan.speech.transport !== 'udp' && isLoopback(plan)
  const pace = createPace(plan.intervalMs)
  const prober = createPlanProber(plan, { ...options, clock })
  const aborts = new Set<() => void>()
  let bursting: RunningBurst | null = null
  let cancelSlot = scheduleSlot(firstSlot(plan, clock.monotonic()))

  function scheduleSlot(due: number): () => void {
    return timetable.at(due, () => slot(due))
  }

  function slot(due: number): void {
    const now = clock.monotonic()
    const missed = Math.floor((now - due) / plan.intervalMs)
    for (let i = 0; i < missed; i += 1) report.onSkip?.('stalled')
    cancelSlot = scheduleSlot(due + (missed + 1) * plan.intervalMs)
    if (!pace.allows(now)) return report.onSkip?.('backoff')
    const started = start(due + missed * plan.intervalMs, plan.timeoutMs, false, (seen) => {
      if (proxied) pace.saw(seen.symptom)
    })
    if (started) pace.started(now)
  }

  function burst(asked: Burst): void {
    endBurst()
    pace.reset()
    const now = clock.monotonic()
    bursting = { ...asked, endsAt: now + asked.forMs, dark: 0, open: 0, cancel: () => {} }
    burstSlot(bursting, now)
  }

  function burstSlot(running: RunningBurst, due: number): void {
    const next = Math.max(due, clock.monotonic() - running.everyMs) + running.everyMs
    if (next < running.endsAt) running.cancel = timetable.at(next, () => burstSlot(running, next))
    if (proxied && running.dark + running.open >= BURST_DARK_LIMIT) return report.onSkip?.('backoff')
    const started = start(due, running.timeoutMs, true, (seen) => {
      running.open -= 1
      running.dark = isStuckDial(seen.symptom) ? running.dark + 1 : 0
      if (proxied && running.dark >= BURST_DARK_LIMIT) running.cancel()
      if (seen.symptom === 'ok') pace.reset()
    })
    if (started) running.open += 1
  }

  function start(due: number, timeoutMs: number, isBurst: boolean, take: (seen: Seen) => void): boolean {
    if (aborts.size >= IN_FLIGHT_LIMIT) return skip('in_flight_limit')
    if (!options.sockets.take()) return skip('overload')
    report.onLateness?.(Math.max(0, clock.monotonic() - due))
    const abort = prober.probe({ timeoutMs, burst: isBurst }, ({ seen, told }) => {
      aborts.delete(abort)
      options.sockets.give()
      take(told?.seen ?? seen)
      if (told === null) return
      report.onOutcome(outcomeOf(plan, told.seen, { protocol: told.protocol, timeoutMs, burst: isBurst }))
    })
    aborts.add(abort)
    return true
  }

  function skip(reason: SkipReason): false {
    report.onSkip?.(reason)
    return false
  }

  function endBurst(): void {
    bursting?.cancel()
    bursting = null
  }

  return {
    burst,
    stop() {
      cancelSlot()
      endBurst()
      for (const abort of aborts) {
        abort()
        options.sockets.give()
      }
      aborts.clear()
      prober.close()
    },
  }
}

function isLoopback({ vantage }: ProbePlan): boolean {
  return vantage === 'host/loopback4' || vantage === 'host/loopback6'
}

function outcomeOf(
  { target, vantage }: ProbePlan,
  seen: Seen,
  how: Pick<Outcome, 'protocol' | 'timeoutMs' | 'burst'>,
): Outcome {
  const { speaks: _, ...told } = seen
  return { target, vantage, ...told, ...how }
}

/** The next start on the plan's grid, which its id places within the interval: so starts are spread, and stay so. */
function firstSlot({ id, intervalMs }: ProbePlan, now: number): number {
  const offset = (hash(id) / 2 ** 32) * intervalMs
  return offset + Math.ceil((now - offset) / intervalMs) * intervalMs
}
