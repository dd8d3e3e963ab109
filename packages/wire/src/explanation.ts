import { CAUSES, countPlacements, type Hop, type RouteExplanation, type TargetExplanation } from '@portolan/core'
import * as z from 'zod'
import { encodeEpoch, epochDocument } from './epoch.ts'
import { encodeIncident, incidentDocument, remedyDocument } from './incident.ts'
import { encodeRoute, routeDocument } from './route.ts'
import { encodeTarget, targetDocument } from './target.ts'
import { timestamp, toTimestampOrNull } from './time.ts'

export const hopDocument = z.object({
  name: z.enum(['client', 'host port', 'engine', 'balancer', 'node', 'kube-proxy', 'endpoint', 'pod', 'application']),
  state: z.enum(['green', 'red', 'not seen']),
  text: z.string(),
  at: timestamp.nullable(),
})

export const routeHopDocument = hopDocument.extend({
  name: z.enum(['client', 'host port', 'edge proxy', 'route', 'service', 'endpoint', 'application']),
})

/** The way from the client to the application, hop by hop. */
export const pathDocument = z.object({ target: z.string(), hops: z.array(hopDocument) })

const tallyDocument = z.object({
  reachable: z.int(),
  dark: z.int(),
  unsteady: z.int(),
  atLeast: z.number().min(0).max(1).meta({ description: '95 % sure: the reachable share is not below' }),
  atMost: z.number().min(0).max(1).meta({ description: '95 % sure: the reachable share is not above' }),
})

const placementsDocument = z.object({
  onMapped: tallyDocument,
  elsewhere: tallyDocument,
  chance: z.number().min(0).max(1).meta({ description: 'of so clear a split, were the place of no matter' }),
})

const foreseenDocument = z.object({
  verdict: z.enum(['always_dark', 'may_go_dark', 'fine', 'unknown']),
  darkProbability: z.number().min(0).max(1).nullable(),
  cause: z.enum(CAUSES).nullable(),
  summary: z.string().meta({ description: 'one sentence' }),
  eligibleNodes: z.array(z.string()).meta({ description: 'where the pods that answer may land' }),
  assumption: z.string().nullable(),
  remedies: z.array(remedyDocument),
})

/** What `portolan explain ROUTE --json` prints. */
export const routeExplanationDocument = z.object({
  route: routeDocument,
  hops: z.array(routeHopDocument),
  incident: incidentDocument.nullable(),
})

/** What `portolan explain PORT --json` prints. */
export const explanationDocument = z.object({
  target: targetDocument,
  hops: z.array(hopDocument),
  incident: incidentDocument.nullable(),
  ruledOut: z.array(z.object({ cause: z.enum(CAUSES), because: z.string() })),
  epochs: z.array(epochDocument),
  placements: placementsDocument.meta({ description: 'how it fared, by whether its pods were on the mapped node' }),
  foreseen: foreseenDocument.nullable().meta({ description: 'what the next reschedule of its pods would make of it' }),
  routes: z.array(routeExplanationDocument).meta({ description: 'the routes behind it' }),
})

export type PathDocument = z.infer<typeof pathDocument>
export type ExplanationDocument = z.infer<typeof explanationDocument>

/** @param now for how long its port has been dark so far, ms since the epoch */
export function encodeExplanation(explanation: TargetExplanation, now: number, silenced = false): ExplanationDocument {
  const { target, hops, incident, ruledOut, epochs, foreseen, routes } = explanation
  return {
    target: encodeTarget(target, silenced),
    hops: hops.map(encodeHop),
    incident: incident === null ? null : encodeIncident(incident, now),
    ruledOut,
    epochs: epochs.map(encodeEpoch),
    placements: countPlacements(epochs),
    foreseen,
    routes: routes.map((route) => encodeRouteExplanation(route, now)),
  }
}

export type RouteExplanationDocument = z.infer<typeof routeExplanationDocument>

/** @param now for how long it has been broken so far, ms since the epoch */
export function encodeRouteExplanation(
  { route, hops, incident }: RouteExplanation,
  now: number,
): RouteExplanationDocument {
  return {
    route: encodeRoute(route),
    hops: hops.map((hop) => ({ ...hop, at: toTimestampOrNull(hop.at) })),
    incident: incident === null ? null : encodeIncident(incident, now),
  }
}

export function encodePath({ target, hops }: TargetExplanation): PathDocument {
  return { target: target.id, hops: hops.map(encodeHop) }
}

function encodeHop(hop: Hop): z.infer<typeof hopDocument> {
  return { ...hop, at: toTimestampOrNull(hop.at) }
}
