import { isDeepStrictEqual } from 'node:util'
import type { Burst, Clock, ProbePlan, Protocol } from '@portolan/core'
import type { Exchange } from '../exchange/exchange.ts'
import { createBurstBudget } from './burst-budget.ts'
import { createDiscovery } from './discovery.ts'
import { createPlanRunner, type PlanRunner } from './plan-runner.ts'
import type { Report } from './report.ts'
import { createTimers } from './timers.ts'

export interface Prober {
  /** Probe exactly these from now on: plans that stay the same keep their schedule, the others start again. */
  assign(plans: ProbePlan[]): void
  /** Probe these faster for a while; of plans that are not assigned nothing is done. */
  burst(bursts: Burst[]): void
  /** Aborts what is under way: no outcome comes after it. */
  stop(): Promise<void>
}

export interface SchedulerOptions extends Report {
  clock: Clock
  onProtocol(identity: string, protocol: Protocol, why: string): void
}

/** Open sockets of all plans together. */
const OPEN_LIMIT = 4096

/**
 * Repeats all plans' probes, open loop: each starts at its time, whether or not earlier ones have answered, so no slow
 * port delays another.
 */
export function createScheduler(options: SchedulerOptions, exchange: Exchange): Prober {
  const { clock } = options
  const timers = createTimers(clock)
  const discovery = createDiscovery(options)
  const assigned = new Map<string, { plan: ProbePlan; runner: PlanRunner }>()
  const bursts = createBurstBudget()
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
    assigned.get(id)?.runner.stop()
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
        const runner = createPlanRunner(plan, { clock, timers, discovery, sockets, bursts, exchange, report: options })
        assigned.set(id, { plan, runner })
      }
    },
    burst(asked) {
      for (const begin of asked.map((burst) => assigned.get(burst.plan)?.runner.burst(burst))) begin?.()
    },
    async stop() {
      for (const id of assigned.keys()) remove(id)
      timers.clear()
    },
  }
}
