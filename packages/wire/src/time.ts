import * as z from 'zod'

/** ISO 8601 with milliseconds, UTC. */
export const timestamp = z.iso.datetime({ precision: 3 }).meta({ description: 'ISO 8601 with milliseconds, UTC' })

/** A duration in seconds. */
export const seconds = z.number().meta({ description: 'seconds' })

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))
const THREE_DIGITS = Array.from({ length: SECOND }, (_, number) => String(number).padStart(3, '0'))

let today = { begins: Number.NaN, text: '' }

/**
 * As `Date` writes it, several times as fast where one day is asked for again and again: a picture of a day has
 * hundreds of thousands of them.
 *
 * @throws {RangeError} where it is no time
 */
export function toTimestamp(ms: number): string {
  const whole = Math.trunc(ms)
  const begins = Math.floor(whole / DAY) * DAY
  if (begins !== today.begins)
    today = { begins, text: new Date(begins).toISOString().slice(0, -'00:00:00.000Z'.length) }
  const rest = whole - begins
  const hours = TWO_DIGITS[Math.floor(rest / HOUR)]
  const minutes = TWO_DIGITS[Math.floor((rest % HOUR) / MINUTE)]
  const inMinute = rest % MINUTE
  return `${today.text}${hours}:${minutes}:${TWO_DIGITS[Math.floor(inMinute / SECOND)]}.${THREE_DIGITS[inMinute % SECOND]}Z`
}

export function toTimestampOrNull(ms: number | null): string | null {
  return ms === null ? null : toTimestamp(ms)
}

/** To a tenth of a millisecond: finer would be noise. */
export function toSeconds(ms: number): number {
  return Math.round(ms * 10) / 10_000
}
