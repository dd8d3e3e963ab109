import * as z from 'zod'
import { timestamp, toTimestamp } from './time.ts'

/** What time it is for a collector or a hub. */
export const clockDocument = z.object({
  now: timestamp,
  /** By how much faster than ours its time goes by: 1, but for one that replays a recording; 0 once that is over. */
  pace: z.number(),
  /** It replays a recording: what it tells is not of now. */
  recorded: z.boolean(),
  /** A hub answers: its clusters are those of many collectors. */
  hub: z.boolean(),
})

export type ClockDocument = z.infer<typeof clockDocument>

export function encodeClock({ now, ...rest }: Omit<ClockDocument, 'now'> & { now: number }): ClockDocument {
  return { now: toTimestamp(now), ...rest }
}
