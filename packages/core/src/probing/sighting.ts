import type { Outcome } from '../model/outcome.ts'
import { isReachable } from '../model/symptom.ts'

/** What one plan (target and vantage) has shown so far. Times are ms since the epoch. */
export interface Sighting {
  last: Outcome | null
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
  /** The last ten: true answered. */
  recent: boolean[]
  /** The usual time to an answer, ms: a moving average. */
  usualMs: number | null
}

export function createSighting(): Sighting {
  return {
    last: null,
    failures: 0,
    answers: 0,
    firstOkAt: null,
    lastOkAt: null,
    firstFailureAt: null,
    lastFailureAt: null,
    localErrors: 0,
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
export function see(sighting: Sighting, outcome: Outcome): boolean {
  if (outcome.symptom === 'local_error') {
    sighting.localErrors += 1
    return false
  }
  const until = outcome.run?.until ?? outcome.startedAt
  if (sighting.last !== null && until < (sighting.last.run?.until ?? sighting.last.startedAt)) {
    amendFirstFailure(sighting, outcome)
    return false
  }
  sighting.last = outcome
  sighting.localErrors = 0
  const count = outcome.run?.count ?? 1
  if (isReachable(outcome.symptom)) {
    sighting.firstOkAt ??= outcome.startedAt
    sighting.lastOkAt = until
    sighting.answers += count
    sighting.failures = 0
    sighting.firstFailureAt = null
    for (const duration of outcome.run?.durationsMs ?? [outcome.durationMs]) {
      sighting.usualMs = sighting.usualMs === null ? duration : sighting.usualMs * 0.9 + duration * 0.1
    }
  } else {
    sighting.firstFailureAt ??= outcome.startedAt
    sighting.lastFailureAt = until
    sighting.failures += count
    sighting.answers = 0
    sighting.firstOkAt = null
  }
  for (let n = 0; n < Math.min(count, RECENT); n++) sighting.recent.push(isReachable(outcome.symptom))
  if (sighting.recent.length > RECENT) sighting.recent.splice(0, sighting.recent.length - RECENT)
  return true
}

/** A failure that took its time may have begun before the quick ones that are known: the darkness began with it. */
function amendFirstFailure(sighting: Sighting, { startedAt, symptom }: Outcome): void {
  if (isReachable(symptom) || sighting.firstFailureAt === null) return
  if (sighting.lastOkAt !== null && startedAt <= sighting.lastOkAt) return
  sighting.firstFailureAt = Math.min(sighting.firstFailureAt, startedAt)
}

export function isFailing(sighting: Sighting): boolean {
  return sighting.last !== null && !isReachable(sighting.last.symptom)
}

/** Start of the newest outcome. */
export function seenAt(sighting: Sighting): number | null {
  return sighting.last === null ? null : (sighting.last.run?.until ?? sighting.last.startedAt)
}

/** The newest outcome is no answer within the short deadline of a burst, which proves little: a slow answer looks the same. */
export function isHurried({ last }: Sighting): boolean {
  return last?.burst === true && (last.symptom === 'silent' || last.symptom === 'connect_timeout')
}
