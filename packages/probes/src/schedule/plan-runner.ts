import { type Burst, type Clock, hash, type Outcome, type ProbePlan } from '@portolan/core'
import type { Exchange, Seen } from '../exchange/exchange.ts'
import type { BurstBudget } from './burst-budget.ts'
import type { Discovery } from './discovery.ts'
import { createDialBackoff, isStuckDial } from './dial-backoff.ts'
import { createPlanProber } from './create-plan-prober.ts'
import type { Report, SkipReason } from './report.ts'
import type { Timers } from './timers.ts'

/** The probes of one plan. */
export interface PlanRunner {
  /** @returns begins it: how long each has to wait is known when all that begin together were named */
  burst(burst: Burst): () => void
  stop(): void
}

export interface PlanRunnerOptions {
  clock: Clock
  timers: Timers
  discovery: Discovery
  sockets: { take(): boolean; give(): void }
  bursts: BurstBudget
  exchange: Exchange
  report: Report
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
  /** It takes no more of what all bursts share. */
  leave: () => void
  cancel: () => void
}

export function createPlanRunner(plan: ProbePlan, options: PlanRunnerOptions): PlanRunner {
  const { clock, timers, bursts, report } = options
  const proxied = plan.speech.transport !== 'udp' && isLoopback(plan)
  const backoff = createDialBackoff(plan.intervalMs)
  const prober = createPlanProber(plan, options)
  const aborts = new Set<() => void>()
  let bursting: RunningBurst | null = null
  let cancelSlot = scheduleSlot(firstSlot(plan, clock.monotonic()))

  function scheduleSlot(due: number): () => void {
    return timers.at(due, () => slot(due))
  }

  function slot(due: number): void {
    const now = clock.monotonic()
    const missed = Math.floor((now - due) / plan.intervalMs)
    for (let i = 0; i < missed; i += 1) report.onSkip?.('stalled')
    cancelSlot = scheduleSlot(due + (missed + 1) * plan.intervalMs)
    if (!backoff.allows(now)) return report.onSkip?.('backoff')
    const started = start(due + missed * plan.intervalMs, plan.timeoutMs, false, (seen) => {
      if (proxied) backoff.note(seen.symptom)
    })
    if (started) backoff.started(now)
  }

  function burst(asked: Burst): () => void {
    endBurst()
    backoff.reset()
    const now = clock.monotonic()
    const running: RunningBurst = {
      ...asked,
      endsAt: now + asked.forMs,
      dark: 0,
      open: 0,
      leave: bursts.enter(asked.everyMs),
      cancel: () => {},
    }
    bursting = running
    return () => beginBurst(running, now)
  }

  /** Where many begin together and have to wait longer, their first probes are spread over the time that they wait. */
  function beginBurst(running: RunningBurst, now: number): void {
    const waitMs = shareOf(plan.id) * (bursts.stretch() - 1) * running.everyMs
    if (waitMs === 0) burstSlot(running, now)
    else running.cancel = timers.at(now + waitMs, () => burstSlot(running, now + waitMs))
  }

  function burstSlot(running: RunningBurst, due: number): void {
    const everyMs = running.everyMs * bursts.stretch()
    const next = Math.max(due, clock.monotonic() - everyMs) + everyMs
    if (next < running.endsAt) running.cancel = timers.at(next, () => burstSlot(running, next))
    else running.cancel = timers.at(running.endsAt, running.leave)
    if (proxied && running.dark + running.open >= BURST_DARK_LIMIT) return report.onSkip?.('backoff')
    const started = start(due, running.timeoutMs, true, (seen) => {
      running.open -= 1
      running.dark = isStuckDial(seen.symptom) ? running.dark + 1 : 0
      if (proxied && running.dark >= BURST_DARK_LIMIT) end(running)
      if (seen.symptom === 'ok') backoff.reset()
    })
    if (started) running.open += 1
  }

  function start(due: number, timeoutMs: number, isBurst: boolean, take: (seen: Seen) => void): boolean {
    if (aborts.size >= IN_FLIGHT_LIMIT) return skip('in_flight_limit')
    if (!options.sockets.take()) return skip('overload')
    report.onLateness?.(Math.max(0, clock.monotonic() - due))
    const abort = prober.probe({ timeoutMs, burst: isBurst }, ({ seen, report: reported }) => {
      aborts.delete(abort)
      options.sockets.give()
      take(reported?.seen ?? seen)
      if (reported === null) return
      report.onOutcome(outcomeOf(plan, reported.seen, { protocol: reported.protocol, timeoutMs, burst: isBurst }))
    })
    aborts.add(abort)
    return true
  }

  function skip(reason: SkipReason): false {
    report.onSkip?.(reason)
    return false
  }

  function endBurst(): void {
    if (bursting !== null) end(bursting)
    bursting = null
  }

  function end(running: RunningBurst): void {
    running.cancel()
    running.leave()
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
  const { speaks: _, ...result } = seen
  return { target, vantage, ...result, ...how }
}

/** The next start on the plan's grid, which its id places within the interval: so starts are spread, and stay so. */
function firstSlot({ id, intervalMs }: ProbePlan, now: number): number {
  const offset = shareOf(id) * intervalMs
  return offset + Math.ceil((now - offset) / intervalMs) * intervalMs
}

/** Between 0 and 1, always the same for a plan. */
const shareOf = (id: string) => hash(id) / 2 ** 32
