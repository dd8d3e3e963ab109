import * as z from 'zod'
import { changeLine } from './change.ts'
import { timestamp, toTimestamp } from './time.ts'

/** The first line of `watch --json`: who watches what from where. */
export const watchingLine = z.object({
  at: timestamp,
  type: z.literal('watching'),
  clusters: z.array(z.string()),
  vantages: z.array(z.string()),
  store: z.string().meta({ description: 'the file that the timeline is kept in' }),
  page: z.string().nullable().meta({ description: 'where the API and the page are served' }),
})

/** `portolan watch --json` prints one of these a line. */
export const watchLine = z.union([watchingLine, changeLine])

export type WatchingLine = z.infer<typeof watchingLine>
export type WatchLine = z.infer<typeof watchLine>

export function encodeWatching(watching: {
  at: number
  clusters: string[]
  vantages: string[]
  store: string
  page: string | null
}): WatchingLine {
  return { ...watching, at: toTimestamp(watching.at), type: 'watching' }
}
