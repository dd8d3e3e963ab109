import type { Burst, Clock, Observation, Outcome, ProbePlan } from '@portolan/core'
import { createAggregator, createProbeScheduler } from '@portolan/probes'
import type { Health } from './health.ts'

/** The probes of one cluster. */
export interface ClusterProber {
  assign(plans: ProbePlan[]): void
  burst(bursts: Burst[]): void
  /** Something is assigned. */
  readonly looks: boolean
  /** Tells what is held back, at once. */
  flush(): void
  /** Nothing is told once this returned; it resolves when the last socket is closed. */
  stop(): Promise<void>
}

/** Equal answers are told together, so often. */
const TELL_EVERY_MS = 1000

export function createClusterProber(options: {
  clock: Clock
  health: Health
  /** Before an outcome is believed. */
  judge(outcome: Outcome): Outcome
  tell(observed: Observation): void
}): ClusterProber {
  const { clock, health } = options
  const aggregator = createAggregator({
    clock,
    everyMs: TELL_EVERY_MS,
    onOutcome: (outcome) => options.tell({ kind: 'outcome', outcome }),
  })
  const scheduler = createProbeScheduler({
    clock,
    onOutcome: (outcome) => aggregator.add(options.judge(outcome)),
    onProtocol: (identity, protocol, why) => options.tell({ kind: 'protocol', identity, protocol, why }),
    onLateness: health.late,
    onSkip: health.skipped,
  })
  let looks = false
  return {
    assign(plans) {
      looks = plans.length > 0
      scheduler.assign(plans)
    },
    burst: scheduler.burst,
    get looks() {
      return looks
    },
    flush: aggregator.flush,
    stop() {
      const stopped = scheduler.stop()
      aggregator.flush()
      return stopped
    },
  }
}
