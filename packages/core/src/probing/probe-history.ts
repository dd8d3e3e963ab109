import type { Outcome } from '../model/outcome.ts'
import { isReachable, sameClass } from '../model/symptom.ts'

/** What one plan (target and vantage) has shown so far. Times are ms since the epoch. */
export interface ProbeHistory {
  last: Outcome | null
  /** Start of the first outcome in a row that ended in the same way as the last. */
  lastsSince: number | null
  /** Failures in a row, by the order of their starts; local errors do not count. */
  failures: number
  /** Answers in a row. */
  answers: number
  /** Start of the first answer since the last failure. */
  firstOkAt: number | null
  lastOkAt: number | null
  /** Start of the first failure since the last answer. */
  firstFailureAt: number | null
  /** Start of the newest failure. */
  lastFailureAt: number | null
  /** Local errors in a row since the last outcome that counted. */
  localErrors: number
  /** Start of the first of those; null while there is none. */
  localErrorsSince: number | null
  /** The last ten: true answered. */
  recent: boolean[]
  /** The usual time to an answer, ms: a moving average. */
  usualMs: number | null
}

export function createProbeHistory(): ProbeHistory {
  return {
    last: null,
    lastsSince: null,
    failures: 0,
    answers: 0,
    firstOkAt: null,
    lastOkAt: null,
    firstFailureAt: null,
    lastFailureAt: null,
    localErrors: 0,
    localErrorsSince: null,
    recent: [],
    usualMs: null,
  }
}

/** How many outcomes are remembered one by one. */
const RECENT = 10

/**
 * Takes in an outcome. One that started before the newest known says nothing about now (a slow failure that comes in
 * after a later answer), at most since when the port fails.
 */
export function recordOutcome(history: ProbeHistory, outcome: Outcome): boolean {
  if (outcome.symptom === 'local_error') {
    history.localErrors += 1
    history.localErrorsSince ??= outcome.startedAt
    return false
  }
  const until = outcome.run?.until ?? outcome.startedAt
  if (history.last !== null && until < (history.last.run?.until ?? history.last.startedAt)) {
    amendFirstFailure(history, outcome)
    return false
  }
  if (history.last === null || !sameClass(history.last.symptom, outcome.symptom)) history.lastsSince = outcome.startedAt
  history.last = outcome
  history.localErrors = 0
  history.localErrorsSince = null
  const count = outcome.run?.count ?? 1
  if (isReachable(outcome.symptom)) {
    history.firstOkAt ??= outcome.startedAt
    history.lastOkAt = until
    history.answers += count
    history.failures = 0
    history.firstFailureAt = null
    for (const duration of outcome.run?.durationsMs ?? [outcome.durationMs]) {
      history.usualMs = history.usualMs === null ? duration : history.usualMs * 0.9 + duration * 0.1
    }
  } else {
    history.firstFailureAt ??= outcome.startedAt
    history.lastFailureAt = until
    history.failures += count
    history.answers = 0
    history.firstOkAt = null
  }
  for (let n = 0; n < Math.min(count, RECENT); n++) history.recent.push(isReachable(outcome.symptom))
  if (history.recent.length > RECENT) history.recent.splice(0, history.recent.length - RECENT)
  return true
}

/** A failure that took its time may have begun before the quick ones that are known: the darkness began with it. */
function amendFirstFailure(history: ProbeHistory, { startedAt, symptom }: Outcome): void {
  if (isReachable(symptom) || history.firstFailureAt === null) return
  if (history.lastOkAt !== null && startedAt <= history.lastOkAt) return
  history.firstFailureAt = Math.min(history.firstFailureAt, startedAt)
}

export function isFailing(history: ProbeHistory): boolean {
  return history.last !== null && !isReachable(history.last.symptom)
}

/** Start of the newest outcome. */
export function seenAt(history: ProbeHistory): number | null {
  return history.last === null ? null : (history.last.run?.until ?? history.last.startedAt)
}

/** The newest outcome is no answer within the short deadline of a burst, which proves little: a slow answer looks the same. */
export function isHurried({ last }: ProbeHistory): boolean {
  return last?.burst === true && (last.symptom === 'silent' || last.symptom === 'connect_timeout')
}
