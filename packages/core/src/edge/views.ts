import { ROUTE_RESOURCES } from '../cluster/inventory.ts'
import { listed } from '../causes/words.ts'
import type { RouteExplanation, RouteView } from '../model/view.ts'
import { seenAt } from '../probing/probe-history.ts'
import { backendOf, claimantOf } from './claim.ts'
import type { EdgeCluster } from './follow-routes.ts'
import { routeHops } from './route-hops.ts'
import { incidentOfRoute, type RouteTrack } from './route-track.ts'

/** The routes that are watched, in the order of their ports and names. */
export function readRoutes(cluster: EdgeCluster): RouteView[] {
  return [...cluster.edge.tracks.values()].map((track) => viewOf(cluster, track))
}

/** The routes behind one port. */
export function routesOf(cluster: EdgeCluster, door: string): RouteView[] {
  if (cluster.edge.doors.get(door) === undefined) return []
  return [...cluster.edge.tracks.values()].filter((one) => one.door === door).map((track) => viewOf(cluster, track))
}

export function explainRoutes(cluster: EdgeCluster, at: number): RouteExplanation[] {
  return [...cluster.edge.tracks.values()].map((track) => ({
    route: viewOf(cluster, track),
    hops: routeHops(cluster, track, at),
    incident: incidentOfRoute(cluster, track),
  }))
}

/** Of the routes behind a port, those that nobody probes; null where there are none. */
export function unprobedNote({ edge }: EdgeCluster, door: string): string | null {
  const names = edge.unprobed.get(door) ?? []
  return names.length === 0 ? null : `probed only as a port, not by its routes ${listed(shortened(names))}`
}

/** Of so many the names are said. */
const MOST_LISTED = 5

export function shortened(names: readonly string[]): string[] {
  const more = names.length - MOST_LISTED
  return [...names.slice(0, MOST_LISTED), ...(more > 0 ? [`${more} more`] : [])]
}

/** Why routes are not known, or not all of them; null where they are. */
export function routesNote({ edge, inventory }: EdgeCluster): string | null {
  const { count, names } = edge.leftOut
  if (count > 0) return `${count} more routes are not probed, among them ${listed(names)}`
  const lost = ROUTE_RESOURCES.find((one) => inventory.lost.has(one) && !inventory.listed.has(one))
  return lost === undefined ? null : `routes are unknown: ${inventory.lost.get(lost)}`
}

function viewOf({ name: cluster, edge }: EdgeCluster, track: RouteTrack): RouteView {
  const { claims, history } = track
  const incident = incidentOfRoute({ edge }, track)
  const [claim] = claims
  const backend = backendOf(claim)
  return {
    id: track.target,
    cluster,
    name: track.name,
    port: track.door,
    host: track.host,
    path: track.path,
    protocol: track.protocol,
    className: track.className,
    claimedBy: [...new Set(claims.map(claimantOf))],
    service: backend === null ? null : `${backend.namespace}/${backend.name}:${backend.port}`,
    state: track.state,
    since: track.incident?.darkSince ?? track.since,
    cause: incident?.cause ?? null,
    status: history.last?.status ?? null,
    symptom: history.last?.symptom ?? null,
    at: seenAt(history),
    degraded: track.degraded,
    note: track.note,
    incident: incident?.id ?? null,
  }
}
