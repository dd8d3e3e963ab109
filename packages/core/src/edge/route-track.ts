import { createKeyIndex, type KeyIndex } from '../cluster/index-by-key.ts'
import type { WatchedPort } from '../diagnosis/watched-port.ts'
import type { TargetState } from '../model/change.ts'
import type { Happening, Incident } from '../model/incident.ts'
import type {
  HostRule,
  HTTPRouteSnapshot,
  IngressRouteSnapshot,
  IngressSnapshot,
  SecretRef,
} from '../model/edge-snapshot.ts'
import type { ProbeHistory } from '../probing/probe-history.ts'

/** What claims hosts and paths. */
export type RouteObject = IngressSnapshot | HTTPRouteSnapshot | IngressRouteSnapshot

/** One rule of an object that claims a host and path. */
export interface Claim extends Pick<HostRule, 'backend' | 'place'> {
  object: RouteObject
  /** Of an HTTPRoute: the listener that it is served at. */
  listener?: ListenerRef
}

/** One listener of a Gateway, or what an HTTPRoute takes for one. */
export interface ListenerRef {
  gateway: { namespace: string; name: string }
  /** Empty where no listener fits. */
  listener: string
}

/** A host and path that an edge proxy is to lead somewhere, as the objects want it. */
export interface Route {
  /** `route:80/shop.example/path`: at most 200 characters that TARGET_NAME takes. */
  target: string
  /** `shop.example/path`; `*` for every host. */
  name: string
  host: string
  path: string
  /** Who claims it; the oldest first, which most edge proxies take. */
  claims: readonly [Claim, ...Claim[]]
  /** Of the Ingress, or of the Gateway. */
  className: string | null
  /** A certificate is wanted for the host, out of this Secret; null: no TLS. */
  secret: SecretRef | null
  /** The target of the port that it is behind; null where no mapped port is known to lead to an edge of its class. */
  door: string | null
  /** Why it is behind no door, or behind one that need not be its own. */
  why: string | null
}

/** What is remembered of one route between facts. Times are ms since the epoch. */
export interface RouteTrack extends Route {
  protocol: 'http' | 'https' | null
  /** The first backend with all behind it; null where there is no such Service or port, or no door. */
  backend: WatchedPort | null
  backendKey: string
  /** When what it hangs on last changed while we watched. */
  changedAt: number | null
  lastChange: Happening | null
  plan: { id: string; address: string; port: number } | null
  history: ProbeHistory
  /** When the application answered last, and not the edge by itself; null: it never did. */
  wellAt: number | null
  /** Answers in a row that were not the application's, and when the probe of the first of them was started. */
  bad: number
  badSince: number | null
  good: number
  goodSince: number | null
  state: TargetState
  since: number
  incident: Incident | null
  /** The target of the route whose incident is this one's as well, until one of the two is well. */
  ledBy: string | null
  /** What is amiss as it was judged last, where other routes may share that. */
  fault: string | null
  /** The same as its incident says it, which follows a change after a while. */
  saidFault: string | null
  degraded: string | null
  note: string | null
  confirmedAt: number
  /** When it was there already as we looked; null where we saw it come. */
  foundAt: number | null
  /** What was seen up to then is not the route's: its port was dark. */
  quietUntil: number
  asked: boolean
}

/** A port that leads to an edge proxy, as far as its routes need it. */
export interface Door {
  target: string
  protocol: 'http' | 'https' | null
  plan: { id: string; address: string; port: number } | null
  /** What the edge answers for a host that nobody has. */
  control: ProbeHistory
  /** Some route takes every host: then no host is one that nobody has. */
  isCatchAll: boolean
}

export interface Edge {
  /** By target, in the order of their doors and names. */
  tracks: Map<string, RouteTrack>
  /** By the target of the port. */
  doors: Map<string, Door>
  byKey: KeyIndex<RouteTrack>
  /** Routes beyond those that are probed: how many, and the names of some. */
  leftOut: { count: number; names: string[] }
  /** Routes of kinds that are not probed, by the port that leads to their Gateway. */
  unprobed: ReadonlyMap<string, readonly string[]>
}

/** So many routes are named in an incident. */
export const MOST_NAMED = 20

/** The incident of another route that is this one's as well; null where none is. */
export function leadingIncident({ edge }: { readonly edge: Edge }, { ledBy }: RouteTrack): Incident | null {
  return ledBy === null ? null : (edge.tracks.get(ledBy)?.incident ?? null)
}

/** Why a route is broken: its own incident, or the one that it shares. */
export function incidentOfRoute(cluster: { readonly edge: Edge }, track: RouteTrack): Incident | null {
  return track.incident ?? leadingIncident(cluster, track)
}

export function createEdge(): Edge {
  return {
    tracks: new Map(),
    doors: new Map(),
    byKey: createKeyIndex(),
    leftOut: { count: 0, names: [] },
    unprobed: new Map(),
  }
}
