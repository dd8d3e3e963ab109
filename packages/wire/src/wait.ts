import type { Incident, RouteView, TargetView } from '@portolan/core'
import * as z from 'zod'
import { encodeIncident, incidentDocument } from './incident.ts'
import { encodeRoute, routeDocument } from './route.ts'
import { encodeTarget, targetDocument } from './target.ts'
import { seconds, toSeconds } from './time.ts'

const standing = {
  answers: z.boolean(),
  answeredAfterSeconds: seconds.nullable().meta({ description: 'null while it does not answer' }),
  incident: incidentDocument.nullable().meta({ description: 'why it does not answer' }),
}

/** What `portolan wait --json` prints when it ends. */
export const waitDocument = z.object({
  answered: z.boolean().meta({ description: 'every port and route that was waited for answers' }),
  waitedSeconds: seconds,
  ports: z.array(z.object({ ...standing, port: targetDocument })),
  routes: z.array(z.object({ ...standing, route: routeDocument })).meta({ description: 'those that were asked for' }),
})

export type WaitDocument = z.infer<typeof waitDocument>

/** @param now ms since the epoch */
export function encodeWait(
  wait: {
    answered: boolean
    waitedMs: number
    ports: {
      answers: boolean
      answeredAfterMs: number | null
      target: TargetView | RouteView
      incident: Incident | null
    }[]
  },
  now: number,
): WaitDocument {
  const waited = wait.ports.map(({ answers, answeredAfterMs, target, incident }) => ({
    answers,
    answeredAfterSeconds: answeredAfterMs === null ? null : toSeconds(answeredAfterMs),
    incident: incident === null ? null : encodeIncident(incident, now),
    target,
  }))
  return {
    answered: wait.answered,
    waitedSeconds: toSeconds(wait.waitedMs),
    ports: waited.flatMap(({ target, ...one }) => ('routes' in target ? { ...one, port: encodeTarget(target) } : [])),
    routes: waited.flatMap(({ target, ...one }) => ('routes' in target ? [] : { ...one, route: encodeRoute(target) })),
  }
}
