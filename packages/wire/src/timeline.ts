import type { Change } from '@portolan/core'
import * as z from 'zod'
import { changeLine, encodeChange } from './change.ts'
import { timestamp, toTimestamp } from './time.ts'

export const timelineDocument = z.object({
  from: timestamp,
  to: timestamp,
  entries: z.array(changeLine),
  complete: z.boolean().meta({ description: 'false when there were more entries than one answer holds' }),
})

export type TimelineDocument = z.infer<typeof timelineDocument>

export function encodeTimeline(timeline: {
  from: number
  to: number
  entries: Change[]
  complete: boolean
}): TimelineDocument {
  return {
    from: toTimestamp(timeline.from),
    to: toTimestamp(timeline.to),
    entries: timeline.entries.map(encodeChange),
    complete: timeline.complete,
  }
}
