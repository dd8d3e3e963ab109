const DAY_MS = 24 * 3_600_000

/** No time that Kubernetes, an engine or a recording states is later: 2100-01-01, in ms since the epoch. */
export const LATEST_MS = Date.UTC(2100, 0)

/** No duration is longer: what an observer saw is kept for 30 days. */
export const LONGEST_MS = 31 * DAY_MS

/** How far the clock of an observer may be ahead of the one who hears it. */
export const AHEAD_MS = DAY_MS

/** Nothing that is counted within one observation reaches this. */
export const MOST_COUNTED = 1_000_000_000

/** A time, in ms since the epoch, that anything can have happened at. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LATEST_MS
}

/**
 * The time that somebody else wrote down, in ms since the epoch; 0, which is unknown, where it is no time or one that
 * nothing can have happened at (the year 9999).
 */
export function timeOrUnknown(time: string | number | Date): number {
  const ms = new Date(time).getTime()
  return isTime(ms) ? ms : 0
}

/** A count that somebody else wrote down: a whole number within bounds, 0 where it is none. */
export function countOrNone(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= MOST_COUNTED ? Math.trunc(value) : 0
}

export function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535
}

/** No number in it, however deep, is one that no time and no count reaches. JSON has no end of nesting: it is bounded too. */
export function hasBoundedNumbers(value: unknown, depth = 40): boolean {
  if (typeof value === 'number') return value <= LATEST_MS && value >= -LATEST_MS
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  for (const key in value) if (!hasBoundedNumbers((value as Record<string, unknown>)[key], depth - 1)) return false
  return true
}
