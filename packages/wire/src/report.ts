import type { Change, Incident, Lane, Note } from '@portolan/core'
import * as z from 'zod'
import { changeLine, encodeChange, gapLine } from './change.ts'
import { encodeIncident, incidentDocument } from './incident.ts'
import { encodeLane, laneDocument } from './lanes.ts'
import { encodeNote, noteDocument } from './note.ts'
import { seconds, timestamp, toSeconds, toTimestamp } from './time.ts'

export const impactDocument = z.object({
  cluster: z.string(),
  target: z.string(),
  service: z.string().nullable(),
  darkSeconds: seconds,
  episodes: z.int(),
  longestSeconds: seconds,
  knownAfterSeconds: seconds.meta({ description: 'from the first probe that failed to the verdict, the median' }),
  planned: z.int().meta({ description: 'how many happened during a drain or rollout' }),
})

/** What `portolan report --format json` prints. */
export const reportDocument = z.object({
  generatedAt: timestamp,
  from: timestamp,
  to: timestamp,
  incident: z.string().nullable(),
  impact: z.array(impactDocument),
  causes: z.array(z.object({ count: z.int(), darkSeconds: seconds, longest: incidentDocument })),
  entries: z.array(changeLine),
  notes: z.array(noteDocument),
  gaps: z.array(gapLine),
  lanes: z.array(laneDocument),
})

export type ReportDocument = z.infer<typeof reportDocument>

export function encodeReport(report: {
  generatedAt: number
  period: { from: number; to: number }
  incident: Incident | null
  impact: {
    cluster: string
    target: string
    service: string | null
    darkMs: number
    episodes: number
    longestMs: number
    knownAfterMs: number
    planned: number
  }[]
  causes: { longest: Incident; count: number; darkMs: number }[]
  entries: Change[]
  notes: Note[]
  gaps: Extract<Change, { type: 'gap' }>[]
  lanes: Lane[]
}): ReportDocument {
  const { generatedAt, period, incident, impact, causes, entries, notes, gaps, lanes } = report
  return {
    generatedAt: toTimestamp(generatedAt),
    from: toTimestamp(period.from),
    to: toTimestamp(period.to),
    incident: incident?.id ?? null,
    impact: impact.map(({ darkMs, longestMs, knownAfterMs, ...plain }) => ({
      ...plain,
      darkSeconds: toSeconds(darkMs),
      longestSeconds: toSeconds(longestMs),
      knownAfterSeconds: toSeconds(knownAfterMs),
    })),
    causes: causes.map(({ longest, count, darkMs }) => {
      return { count, darkSeconds: toSeconds(darkMs), longest: encodeIncident(longest, generatedAt) }
    }),
    entries: entries.map(encodeChange),
    notes: notes.map(encodeNote),
    gaps: gaps.map((gap) => ({
      ...gap,
      at: toTimestamp(gap.at),
      from: toTimestamp(gap.from),
      to: toTimestamp(gap.to),
    })),
    lanes: lanes.map(encodeLane),
  }
}
