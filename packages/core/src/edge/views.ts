import { ingressClassMissing, routeNotAccepted } from '../causes/route-causes.ts'
import { routeMissing } from '../causes/told-elsewhere.ts'
import type { RouteExplanation, RouteHop, RouteView } from '../model/view.ts'
import { seenAt } from '../probing/probe-history.ts'
import { isReachable } from '../model/symptom.ts'
import { listed } from '../causes/words.ts'
import { servingNodes } from '../route/path.ts'
import { ROUTE_RESOURCES } from '../cluster/inventory.ts'
import { isLikeControl } from './answers.ts'
import { backendName, backendOf, claimantOf, serviceOf } from './claim.ts'
import type { EdgeCluster } from './follow-routes.ts'
import { leadingIncident, type RouteTrack } from './route-track.ts'

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
    hops: hopsOf(cluster, track, at),
    incident: track.incident ?? leadingIncident(cluster, track),
  }))
}

/** Why routes are not known, or not all of them; null where they are. */
export function routesNote({ edge, inventory }: EdgeCluster): string | null {
  const { count, names } = edge.leftOut
  if (count > 0) return `${count} more routes are not probed, among them ${listed(names)}`
  const lost = ROUTE_RESOURCES.find((one) => inventory.lost.has(one) && !inventory.listed.has(one))
  return lost === undefined ? null : `routes are unknown: ${inventory.lost.get(lost)}`
}

/** An IngressRoute has none. */
function classText({ claims: [{ object }], className }: RouteTrack): string {
  return object.kind === 'IngressRoute' ? '' : `, class ${className ?? '(none)'}`
}

function viewOf({ name: cluster, edge }: EdgeCluster, track: RouteTrack): RouteView {
  const { claims, history } = track
  const incident = track.incident ?? leadingIncident({ edge }, track)
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

function hopsOf({ ports, edge, inventory }: EdgeCluster, track: RouteTrack, at: number): RouteHop[] {
  const port = track.door === null ? undefined : ports.tracks.get(track.door)
  const door = track.door === null ? undefined : edge.doors.get(track.door)
  const { last } = track.history
  const [claim] = track.claims
  const isWell = track.state === 'up'
  const answered = last !== null && isReachable(last.symptom)
  const isKnown = !(last !== null && door !== undefined && isLikeControl(last, door.control))
  const hop = (name: RouteHop['name'], state: RouteHop['state'], text: string, when: number | null = at): RouteHop => ({
    name,
    state,
    text,
    at: when,
  })
  const portState =
    port === undefined
      ? 'not seen'
      : port.state === 'up' || port.state === 'flapping'
        ? 'green'
        : port.state === 'down'
          ? 'red'
          : 'not seen'
  const pods = port?.path.pods.filter(({ ready }) => ready) ?? []
  const service = serviceOf(inventory, claim)
  const path = track.backend?.path
  const nodes = path === undefined ? [] : servingNodes(path)
  const said = last === null ? 'not asked yet' : last.status === undefined ? last.symptom : `HTTP ${last.status}`
  return [
    hop('client', 'green', 'this machine'),
    hop(
      'host port',
      portState,
      port === undefined ? (track.why ?? 'no mapped port') : `${port.path.mapping.target} is ${port.state}`,
    ),
    hop(
      'edge proxy',
      answered ? 'green' : portState === 'red' ? 'not seen' : 'not seen',
      pods.length === 0
        ? 'no ready pod is known'
        : listed(pods.slice(0, 3).map((pod) => `${pod.name} on ${pod.node ?? 'no node'}`)),
    ),
    hop(
      'route',
      isWell || (answered && isKnown && last.status !== 404)
        ? 'green'
        : answered && track.incident?.cause === routeMissing.cause
          ? 'red'
          : track.incident?.cause === ingressClassMissing.cause || track.incident?.cause === routeNotAccepted.cause
            ? 'red'
            : 'not seen',
      `${claimantOf(claim)}${classText(track)}${track.claims.length > 1 ? `, and ${track.claims.length - 1} more` : ''}`,
    ),
    hop(
      'service',
      path !== undefined ? 'green' : 'red',
      claim.backend === null
        ? 'the backend is no Service'
        : `${backendName(claim)} port ${claim.backend.port || '(none)'}${service === null ? ': there is none' : path === undefined ? ': it has no such port' : ''}`,
    ),
    hop(
      'endpoint',
      nodes.length > 0 ? 'green' : path === undefined ? 'not seen' : 'red',
      nodes.length > 0
        ? `ready on ${listed(nodes)}`
        : path === undefined
          ? 'nothing to look for'
          : 'no endpoint is ready',
    ),
    hop(
      'application',
      isWell ? 'green' : 'not seen',
      isWell ? `answered with ${said}` : `the answer is ${said}`,
      seenAt(track.history),
    ),
  ]
}
