import type { Incident, TargetView } from '@portolan/core'
import * as z from 'zod'
import { encodeIncident, incidentDocument } from './incident.ts'
import { encodeTarget, targetDocument } from './target.ts'
import { seconds, toSeconds } from './time.ts'

/** What `portolan wait --json` prints when it ends. */
export const waitDocument = z.object({
  answered: z.boolean().meta({ description: 'every port that was waited for answers' }),
  waitedSeconds: seconds,
  ports: z.array(
    z.object({
      answers: z.boolean(),
      answeredAfterSeconds: seconds.nullable().meta({ description: 'null while it does not answer' }),
      port: targetDocument,
      incident: incidentDocument.nullable().meta({ description: 'why it does not answer' }),
    }),
  ),
})

export type WaitDocument = z.infer<typeof waitDocument>

/** @param now ms since the epoch */
export function encodeWait(
  wait: {
    answered: boolean
    waitedMs: number
    ports: { answers: boolean; answeredAfterMs: number | null; target: TargetView; incident: Incident | null }[]
  },
  now: number,
): WaitDocument {
  return {
    answered: wait.answered,
    waitedSeconds: toSeconds(wait.waitedMs),
    ports: wait.ports.map(({ answers, answeredAfterMs, target, incident }) => ({
      answers,
      answeredAfterSeconds: answeredAfterMs === null ? null : toSeconds(answeredAfterMs),
      port: encodeTarget(target),
      incident: incident === null ? null : encodeIncident(incident, now),
    })),
  }
}
