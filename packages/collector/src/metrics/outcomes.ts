import { isReachable, type Outcome, type Phase } from '@portolan/core'
import type { Families } from './families.ts'

/** Counts what a probe saw, or a run of equal ones. */
export function countOutcome(families: Families, cluster: string, outcome: Outcome): void {
  const { vantage, target, symptom, protocol } = outcome
  const probe = { cluster, vantage, target }
  families.attempts.add({ ...probe, symptom }, outcome.run?.count ?? 1)
  // The monitor's own trouble took no time of the target's.
  if (symptom === 'local_error') return
  const result = isReachable(symptom) ? 'success' : 'failure'
  for (const ms of outcome.run?.durationsMs ?? [outcome.durationMs]) {
    families.duration.observe({ ...probe, result }, ms / 1000)
  }
  for (const [phase, ms] of Object.entries(outcome.phases) as [Phase, number][]) {
    families.phases.observe({ cluster, vantage, protocol, phase }, ms / 1000)
  }
}
