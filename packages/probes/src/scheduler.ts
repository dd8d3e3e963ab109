import { isDeepStrictEqual } from 'node:util'
import type { Burst, Clock, Outcome, ProbePlan, Protocol } from '@portolan/core'
import type { converse } from './converse.ts'
import { createDiscovery } from './discovery.ts'
import { createRounds, type Rounds } from './rounds.ts'
import { createTimetable } from './timetable.ts'

export interface Prober {
  /** Probe exactly these from now on: plans that stay the same keep their schedule, the others begin anew. */
  assign(plans: ProbePlan[]): void
  /** Probe these faster for a while; of plans that are not assigned nothing is done. */
  burst(bursts: Burst[]): void
  /** Aborts what is under way: no outcome comes after it. */
  stop(): Promise<void>
}

/** Why a probe that was due did not start. */
export const SKIP_REASONS = ['in_flight_limit', 'backoff', 'overload', 'stalled'] as const

export type SkipReason = (typeof SKIP_REASONS)[number]

export interface SchedulerOptions {
  clock: Clock
  onOutcome(outcome: Outcome): void
  onProtocol(identity: string, protocol: Protocol, why: string): void
  /** How late a probe started, ms. */
  onLateness?(ms: number): void
  onSkip?(reason: SkipReason): void
}

/** Open sockets of all plans together. */
const OPEN_LIMIT = 4096

/**
 * Repeats all plans' probes, open loop: each starts at its time, whether or not earlier ones have answered, so no slow
 * port delays another.
 */
export function createScheduler(options: SchedulerOptions, probe: typeof converse): Prober {
  const timetable = createTimetable(options.clock)
  const discovery = createDiscovery(options)
  const assigned = new Map<string, { plan: ProbePlan; rounds: Rounds }>()
  let open = 0

  const sockets = {
    take() {
      if (open >= OPEN_LIMIT) return false
      open += 1
      return true
    },
    give() {
      open -= 1
    },
  }

  function remove(id: string): void {
    assigned.get(id)?.rounds.stop()
    assigned.delete(id)
  }

  return {
    assign(plans) {
      const wanted = new Map(plans.filter((plan) => plan.speech.protocol !== 'off').map((plan) => [plan.id, plan]))
      for (const [id, { plan }] of assigned) {
        if (!isDeepStrictEqual(plan, wanted.get(id))) remove(id)
      }
      discovery.keep(new Set(plans.map((plan) => plan.speech.identity)))
      for (const [id, plan] of wanted) {
        if (assigned.has(id)) continue
        const rounds = createRounds(plan, { timetable, discovery, sockets, probe, report: options })
        assigned.set(id, { plan, rounds })
      }
    },
    burst(bursts) {
      for (const burst of bursts) assigned.get(burst.plan)?.rounds.burst(burst)
    },
    async stop() {
      for (const id of assigned.keys()) remove(id)
      timetable.clear()
    },
  }
}
