import { AHEAD_MS, type BatchedFact, type Observation, shiftedOutcome } from '@portolan/core'
import { toTimestamp } from '@portolan/wire'
import { RETENTION } from '../store/store.ts'

/** A batch takes less time than that: where the offset and the time of sending differ by more, a clock was set meanwhile. */
const LONGEST_WAY_MS = 30_000

/**
 * How far our clock is ahead of a source's, whole ms: as it measured that, unless one was set since.
 *
 * @param sentAt by its clock; null where it does not say
 */
export function offsetOf(measuredMs: number | null, sentAt: number | null, now: number): number {
  const measured = measuredMs ?? 0
  return sentAt === null || Math.abs(now - sentAt - measured) <= LONGEST_WAY_MS ? measured : now - sentAt
}

/** The times of a fact by the collector's clock. @param offsetMs how far that is ahead of the source's */
export function shiftFact<T extends BatchedFact>(fact: T, offsetMs: number): T {
  return { ...fact, at: fact.at + offsetMs, observed: shiftObserved(fact.observed, offsetMs) }
}

function shiftObserved(observed: Observation, offsetMs: number): Observation {
  if (offsetMs === 0) return observed
  switch (observed.kind) {
    case 'outcome':
      return { ...observed, outcome: shiftedOutcome(observed.outcome, offsetMs) }
    case 'gap':
      return { ...observed, from: observed.from + offsetMs, to: observed.to + offsetMs }
    case 'rule': {
      const { from, to } = observed.reading
      return { ...observed, reading: { ...observed.reading, from: from + offsetMs, to: to + offsetMs } }
    }
    default:
      return observed
  }
}

/**
 * What is wrong with the times of a fact, by the collector's clock: they are from as long ago as history is kept to one
 * day ahead. A gap may have begun earlier, and a container may have been started years ago. null: nothing.
 */
export function timeFault({ at, observed }: BatchedFact, now: number): string | null {
  for (const [key, time, isOld] of timesOf(at, observed)) {
    const earliest = isOld ? 0 : now - RETENTION.historyMs
    const latest = now + AHEAD_MS
    if (time >= earliest && time <= latest) continue
    const range = `${toTimestamp(Math.max(0, earliest))} to ${toTimestamp(latest)}`
    return `${key}: expected a time from ${range} by this collector's clock, not ${toTimestamp(Math.max(0, time))}`
  }
  return null
}

/** Each with its key, and whether it may be of long ago. */
function timesOf(at: number, observed: Observation): [key: string, time: number, isOld: boolean][] {
  const own: [string, number, boolean][] = [['at', at, false]]
  switch (observed.kind) {
    case 'outcome': {
      const { startedAt, run } = observed.outcome
      own.push(['observed.outcome.startedAt', startedAt, false])
      if (run !== undefined) own.push(['observed.outcome.run.until', run.until, false])
      return own
    }
    case 'gap':
      return [...own, ['observed.from', observed.from, true], ['observed.to', observed.to, false]]
    case 'containers':
      return [
        ...own,
        ...observed.containers.map(({ startedAt }, index): [string, number, boolean] => [
          `observed.containers.${index}.startedAt`,
          startedAt,
          true,
        ]),
      ]
    default:
      return own
  }
}

/** A gap as far as history is kept, and no further than to now: what comes is not missing yet. */
export function boundGap(observed: Observation, now: number): Observation {
  if (observed.kind !== 'gap') return observed
  const { from, to } = observed
  const end = Math.min(to, now)
  return { ...observed, from: Math.min(end, Math.max(from, now - RETENTION.historyMs)), to: end }
}
