import { z } from 'zod'
import { timestamp, toTimestamp } from './time.ts'

/** What time it is for a collector. */
export const clockDocument = z.object({
  now: timestamp,
  /** By how much faster than ours its time goes by: 1, but for one that replays a recording; 0 once that is over. */
  pace: z.number(),
})

export type ClockDocument = z.infer<typeof clockDocument>

export function encodeClock(now: number, pace: number): ClockDocument {
  return { now: toTimestamp(now), pace }
}
