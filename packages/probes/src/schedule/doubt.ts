import type { Outcome, Symptom } from '@portolan/core'

/** A deadline that was looked at so much too late says nothing: the answer may have lain there in time. */
const LATE_MS = 100

/** What came from the other side stays true however late it was looked at. */
const ANSWERS: ReadonlySet<Symptom> = new Set(['ok', 'http_status', 'body_mismatch', 'local_error'])

/**
 * Takes back a failure that may be the prober's own: it then becomes `local_error`, which counts against nobody.
 *
 * @param underWayInTrouble the probe was under way while the prober could not see
 */
export function withoutDoubt(outcome: Outcome, underWayInTrouble: boolean): Outcome {
  const { symptom, durationMs, timeoutMs } = outcome
  if (ANSWERS.has(symptom)) return outcome
  const lateMs = durationMs - timeoutMs
  if (!underWayInTrouble && lateMs < LATE_MS) return outcome
  const why = underWayInTrouble
    ? 'the prober could not see meanwhile'
    : `the prober looked ${Math.round(lateMs)} ms after the deadline`
  return { ...outcome, symptom: 'local_error', detail: `seemed ${symptom}, but ${why}` }
}
