import type { Outcome } from '@portolan/core'

/** Why a probe that was due did not start. */
export const SKIP_REASONS = ['in_flight_limit', 'backoff', 'overload', 'stalled'] as const

export type SkipReason = (typeof SKIP_REASONS)[number]

/** Receives what the probes of all plans come to. */
export interface Report {
  onOutcome(outcome: Outcome): void
  /** How late a probe started, ms. */
  onLateness?(ms: number): void
  onSkip?(reason: SkipReason): void
}
