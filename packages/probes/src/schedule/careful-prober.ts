import type { Burst, Clock, Observation, ProbePlan } from '@portolan/core'
import { createAggregator } from './aggregator.ts'
import { withoutDoubt } from './doubt.ts'
import type { TroubleWatch } from './own-trouble.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { overSockets } from './probe-scheduler.ts'
import { createScheduler } from './scheduler.ts'
import type { SkipReason } from './report.ts'

/** Probes, and reports only what it can vouch for. */
export interface CarefulProber {
  assign(plans: ProbePlan[]): void
  burst(bursts: Burst[]): void
  /** Something is assigned. */
  readonly looks: boolean
  /** Tells what is held back, at once. */
  flush(): void
  /** Nothing is reported once this returned; it resolves when the last socket is closed. */
  stop(): Promise<void>
}

export function createCarefulProber(options: {
  clock: Clock
  /** Equal answers are reported together, this often, ms. */
  everyMs: number
  /** What was under way while this process could not see is not believed. */
  trouble: Pick<TroubleWatch, 'check' | 'overAt'>
  tell(observed: Observation): void
  onLateness?(ms: number): void
  onSkip?(reason: SkipReason): void
  /** How a call is made; over sockets of its own by default. */
  exchange?: Exchange
}): CarefulProber {
  const { clock, everyMs, trouble, tell, exchange = overSockets, ...report } = options
  const aggregator = createAggregator({
    clock,
    everyMs,
    onOutcome: (outcome) => tell({ kind: 'outcome', outcome }),
  })
  const scheduler = createScheduler(
    {
      ...report,
      clock,
      onOutcome(outcome) {
        trouble.check()
        aggregator.add(withoutDoubt(outcome, clock.monotonic() - outcome.durationMs < trouble.overAt))
      },
      onProtocol: (identity, protocol, why) => tell({ kind: 'protocol', identity, protocol, why }),
    },
    exchange,
  )
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
