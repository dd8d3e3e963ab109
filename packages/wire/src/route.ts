import { CAUSES, type RouteView, SYMPTOMS } from '@portolan/core'
import * as z from 'zod'
import { targetState } from './change.ts'
import { timestamp, toTimestamp, toTimestampOrNull } from './time.ts'

/** A host and path that an object claims, behind the port that leads to its edge proxy. */
export const routeDocument = z.object({
  id: z.string(),
  cluster: z.string(),
  name: z.string().meta({ description: 'host and path; * for every host' }),
  port: z.string().nullable().meta({ description: 'the target of the port that it is behind' }),
  host: z.string().meta({ description: 'empty for every host' }),
  path: z.string(),
  protocol: z.enum(['http', 'https']).nullable(),
  className: z.string().nullable(),
  claimedBy: z
    .array(z.string())
    .meta({ description: 'the objects that claim it, as Ingress namespace/name, the oldest first' }),
  service: z.string().nullable().meta({ description: 'namespace/name:port of the backend' }),
  state: targetState,
  since: timestamp,
  cause: z.enum(CAUSES).nullable(),
  status: z.int().nullable().meta({ description: 'the HTTP status of the newest answer' }),
  symptom: z.enum(SYMPTOMS).nullable(),
  at: timestamp.nullable(),
  degraded: z.string().nullable(),
  note: z.string().nullable(),
  incident: z.string().nullable().meta({ description: 'the id of the open incident' }),
})

/** `notes`: why routes of a cluster are not known, or not all of them. */
export const routesDocument = z.object({
  routes: z.array(routeDocument),
  notes: z.array(z.object({ cluster: z.string(), text: z.string() })),
})

export type RouteDocument = z.infer<typeof routeDocument>
export type RoutesDocument = z.infer<typeof routesDocument>

export function encodeRoute(route: RouteView): RouteDocument {
  return { ...route, since: toTimestamp(route.since), at: toTimestampOrNull(route.at) }
}
