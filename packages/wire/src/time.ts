import { z } from 'zod'

/** ISO 8601 with milliseconds, UTC. */
export const timestamp = z.iso.datetime({ precision: 3 }).meta({ description: 'ISO 8601 with milliseconds, UTC' })

/** A duration in seconds. */
export const seconds = z.number().meta({ description: 'seconds' })

export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString()
}

export function toTimestampOrNull(ms: number | null): string | null {
  return ms === null ? null : toTimestamp(ms)
}

/** To a tenth of a millisecond: finer would be noise. */
export function toSeconds(ms: number): number {
  return Math.round(ms * 10) / 10_000
}
