import { isHurried, seenAt, type ProbeHistory } from '../probing/probe-history.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'

/** So long without any answer outweighs that the last deadline was a short one: probes with the full one ran beside it. */
const SURE_MS = 2000

/** A short deadline proves nothing, nor does one failure. */
export function isSure(history: ProbeHistory): boolean {
  const { last, failures, firstFailureAt } = history
  if (last === null || isReachable(last.symptom)) return true
  return failures >= 2 && (!isHurried(history) || last.startedAt - (firstFailureAt ?? last.startedAt) >= SURE_MS)
}

/** What was seen last of the path as it is now; null when nothing. @param changedAt when it became so */
export function freshSymptom(history: ProbeHistory, changedAt: number | null): Symptom | null {
  const at = seenAt(history)
  return history.last === null || at === null || (changedAt !== null && at < changedAt) ? null : history.last.symptom
}

/** An agent reports its answers every few seconds; what it saw longer ago may have changed since. */
const STALE_MS = 12_000

/** It answers, and did before the port was last seen to fail: only then do both differ. */
export function answersBeside({ last, firstOkAt }: ProbeHistory, failedAt: number | null): boolean {
  if (last === null || !isReachable(last.symptom)) return false
  return failedAt === null || (firstOkAt ?? 0) <= failedAt
}

/** The times by which it is known what an observation beside the port is worth; null where there is no such time. */
interface Times {
  at: number
  changedAt: number | null
  darkSince: number | null
  failedAt: number | null
}

/**
 * What an agent saw of the path as it is now, where that can be relied upon: it is sure, it is not long ago, and an
 * answer is neither from before the port went dark nor from after it was last seen dark. An agent may be cut off by the very
 * fault that it should tell of.
 */
export function agentSaw(history: ProbeHistory, { at, changedAt, darkSince, failedAt }: Times): Symptom | null {
  const symptom = isSure(history) ? freshSymptom(history, changedAt) : null
  const seen = seenAt(history)
  if (symptom === null || seen === null || at - seen > STALE_MS) return null
  if (!isReachable(symptom)) return symptom
  return (darkSince !== null && seen < darkSince) || !answersBeside(history, failedAt) ? null : symptom
}
