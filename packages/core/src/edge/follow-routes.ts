import { KINDS, OTHER_RESOURCES, ROUTE_RESOURCES, storeOf } from '../cluster/inventory.ts'
import { key, keyOfSelector, keysOf } from '../cluster/keys.ts'
import type { FollowedCluster } from '../incidents/follow.ts'
import type { TargetTrack } from '../incidents/target-track.ts'
import type { Effect } from '../model/effect.ts'
import type { Incident } from '../model/incident.ts'
import type { Observation } from '../model/fact.ts'
import type { Observer, ProbePlan } from '../model/plan.ts'
import type { Speech } from '../model/probe-spec.ts'
import { keyOf, type ObjectSnapshot } from '../model/snapshot.ts'
import { apiPointsOf, trackApiPoints } from '../probing/api-point.ts'
import { assignBeside, pushBursts } from '../probing/assign.ts'
import { createProbeHistory } from '../probing/probe-history.ts'
import { decidingPoints } from '../probing/tracked-point.ts'
import { isDarkByDesign, joinService, type Path } from '../route/path.ts'
import { touchKey } from '../incidents/path-keys.ts'
import { CONTROL_HOST, probedHost, WELL_STATUS } from './answers.ts'
import type { Door, Edge, Route, RouteTrack } from './route-track.ts'
import { backendOf, serviceOf, servicePortOf } from './claim.ts'
import { unprobedRoutes } from './gateway-claims.ts'
import type { Entry } from './placed-claim.ts'
import { hasRoutes, wantedRoutes } from './routes.ts'

/** As much of a cluster's state as following its routes needs. */
export interface EdgeCluster extends FollowedCluster {
  readonly edge: Edge
}

const ROUTE_KINDS: ReadonlySet<ObjectSnapshot['kind']> = new Set(
  [...ROUTE_RESOURCES, ...OTHER_RESOURCES].map((one) => KINDS[one]),
)

/** How often a route is asked for at least, ms, and of all routes of a cluster together how many a second. */
const ROUTE_MS = 5000
const MOST_A_SECOND = 10
const CONTROL_MS = 10_000
/** How often the pods behind a route are asked while it is not well. */
const API_MS = 3000
const API_TIMEOUT_MS = 5000
/** Of so many routes at a time the API server is asked for a pod. */
const MOST_ASKED = 8
/** A change that touches more routes than this makes only so many of them burst. */
const MOST_BURSTS = 8

/**
 * Joins the routes again that a change of the cluster touches.
 *
 * @param before the keys that the changed object had
 */
export function followRoutes(
  cluster: EdgeCluster,
  observed: Observation,
  before: readonly string[],
  at: number,
  effects: Effect[],
): void {
  const { edge, inventory, ports } = cluster
  if (!hasRoutes(inventory) && edge.tracks.size === 0) return
  const object = observed.kind === 'object' ? observed.object : null
  if (object === null || ROUTE_KINDS.has(object.kind)) {
    replaceRoutes(cluster, object, at, effects)
    return
  }
  if (object.kind === 'Event') return
  const keys = new Set([...before, ...keysOf(object)])
  const isAtDoor = [...keys].some((one) => !ports.byKey.of(one)[Symbol.iterator]().next().done)
  // A class may have lost the last pod of its controller.
  if (isAtDoor || (object.kind === 'Pod' && [...edge.tracks.values()].some(({ door }) => door === null))) {
    replaceRoutes(cluster, object, at, effects)
  } else {
    const near = new Set([...keys].flatMap((one) => [...edge.byKey.of(one)]))
    const touched = [...near].filter((track) => joinBackend(cluster, track, object, at))
    index(edge, near)
    plan(cluster, near, [], effects)
    burst(cluster, touched, effects)
  }
}

/** All of them once more: where they are, who claims them, and what is behind them. */
export function replaceRoutes(
  cluster: EdgeCluster,
  object: ObjectSnapshot | null,
  at: number,
  effects: Effect[],
): void {
  const { edge, inventory, ports } = cluster
  const entries = [...ports.tracks.values()]
    .filter(isTcp)
    .map((track) => entryOf(cluster, track))
    .sort(byPreference)
  const { routes, leftOut } = wantedRoutes(inventory, entries)
  edge.leftOut = leftOut
  edge.unprobed = unprobedRoutes(inventory, entries)
  const gone = new Set([...edge.tracks.keys(), ...[...edge.doors.keys()].map(controlTarget)])
  const touched: RouteTrack[] = []
  const known = new Map(edge.tracks)
  edge.tracks.clear()
  placeDoors(cluster, entries, routes)
  for (const route of routes) {
    gone.delete(route.target)
    const track = known.get(route.target) ?? createTrack(cluster, route, at, object === null)
    known.delete(route.target)
    edge.tracks.set(route.target, track)
    if (setRoute(cluster, track, route, object, at)) touched.push(track)
  }
  for (const track of known.values()) dropRoute(cluster, track, at, effects)
  for (const door of edge.doors.keys()) gone.delete(controlTarget(door))
  index(edge, edge.tracks.values())
  plan(cluster, edge.tracks.values(), gone, effects)
  burst(cluster, touched, effects)
}

function isTcp({ path, speech }: TargetTrack): boolean {
  return path.mapping.protocol === 'tcp' && speech.protocol !== 'off'
}

function entryOf({ probing }: EdgeCluster, { path, speech }: TargetTrack): Entry {
  const { protocol } = probing.protocols.get(speech.identity) ?? speech
  const spoken = protocol === 'http' || protocol === 'https' ? protocol : null
  return { target: path.mapping.target, path, hostPort: path.mapping.hostPort, protocol: spoken }
}

const ENTRIES = ['hostPort', 'balancer', 'node'] as const

/** Where the host maps a port users come in; a node that is not meant to answer is the last to be asked. */
function byPreference(a: Entry, b: Entry): number {
  const rank = ({ path }: Entry) => Number(isDarkByDesign(path)) * ENTRIES.length + ENTRIES.indexOf(path.mapping.entry)
  return rank(a) - rank(b) || a.hostPort - b.hostPort || a.target.localeCompare(b.target)
}

function placeDoors({ edge, ports, probing }: EdgeCluster, entries: readonly Entry[], routes: readonly Route[]): void {
  const wanted = new Map(
    routes.flatMap(({ door }) => entries.filter(({ target }) => target === door)).map((one) => [one.target, one]),
  )
  for (const target of edge.doors.keys()) if (!wanted.has(target)) edge.doors.delete(target)
  for (const { target, protocol } of wanted.values()) {
    const track = ports.tracks.get(target)
    const point = track === undefined ? undefined : decidingPoints(track, probing)[0]
    const before = edge.doors.get(target)
    const place = point === undefined ? null : { id: point.vantage, address: point.address, port: point.port }
    const isSame = before?.protocol === protocol && JSON.stringify(before.plan) === JSON.stringify(place)
    const isCatchAll = routes.some((route) => route.door === target && route.host === '' && route.path === '/')
    edge.doors.set(target, {
      target,
      protocol,
      plan: place,
      control: isSame ? before.control : createProbeHistory(),
      isCatchAll,
    })
  }
}

function createTrack(cluster: EdgeCluster, route: Route, at: number, isFound: boolean): RouteTrack {
  const { ports } = cluster
  const incident = ports.resumed.get(route.target) ?? null
  ports.resumed.delete(route.target)
  return {
    ...route,
    protocol: null,
    backend: null,
    backendKey: '',
    changedAt: null,
    lastChange: null,
    plan: null,
    history: createProbeHistory(),
    wellAt: null,
    bad: 0,
    badSince: null,
    good: 0,
    goodSince: null,
    state: 'unknown',
    since: at,
    incident,
    ledBy: incident === null ? leaderBefore(cluster, route) : null,
    fault: null,
    saidFault: null,
    degraded: null,
    note: null,
    confirmedAt: 0,
    foundAt: isFound ? at : null,
    quietUntil: 0,
    asked: false,
  }
}

/** The route whose incident was this one's as well before a restart. */
function leaderBefore({ edge, ports }: EdgeCluster, { target, name }: Route): string | null {
  const open = [...ports.resumed.values(), ...[...edge.tracks.values()].flatMap(({ incident }) => incident ?? [])]
  const doorIn = (text: string) => text.slice(0, text.indexOf('/') + 1)
  const isOurs = (one: Incident) => doorIn(one.target) === doorIn(target) && one.routes?.names.includes(name) === true
  return open.find(isOurs)?.target ?? null
}

/** @returns whether something changed that may turn the route on or off */
function setRoute(
  cluster: EdgeCluster,
  track: RouteTrack,
  route: Route,
  object: ObjectSnapshot | null,
  at: number,
): boolean {
  const door = route.door === null ? null : (cluster.edge.doors.get(route.door) ?? null)
  const vantage = door?.plan?.id
  const place =
    door?.plan == null || door.protocol === null
      ? null
      : { id: `${route.target}@${vantage}`, address: door.plan.address, port: door.plan.port }
  const isOther = JSON.stringify(place) !== JSON.stringify(track.plan) || track.protocol !== (door?.protocol ?? null)
  Object.assign(track, route, { protocol: door?.protocol ?? null, plan: place })
  if (isOther) Object.assign(track, { history: createProbeHistory(), bad: 0, badSince: null, good: 0, goodSince: null })
  return joinBackend(cluster, track, object, at)
}

/** @returns whether it is another one than before */
function joinBackend(cluster: EdgeCluster, track: RouteTrack, object: ObjectSnapshot | null, at: number): boolean {
  const { inventory, ports } = cluster
  const door = track.door === null ? undefined : ports.tracks.get(track.door)
  const path = door === undefined ? null : backendPath(cluster, track, door.path)
  if (door === undefined || path === null) track.backend = null
  else {
    const known = track.backend
    const apiPoints = track.asked ? trackApiPoints(known?.apiPoints ?? [], apiPointsOfRoute(track, path, cluster)) : []
    const fresh = { points: [], agentPoints: [], lost: null, epochs: [], answeredPath: null }
    const changedAt = known?.changedAt ?? null
    track.backend = {
      ...door,
      ...fresh,
      path,
      apiPoints,
      changedAt,
      unsettledAt: null,
      rewordedAt: null,
      policyChangedAt: null,
    }
  }
  const { claims, secret, className } = track
  const own = claims.map(({ object: claimant, backend }) => [claimant.uid, backend])
  const services = claims.map((claim) => {
    const service = serviceOf(inventory, claim)
    return [service?.uid, service?.ports.map(({ name, port }) => [name, port])]
  })
  const next = JSON.stringify([
    own,
    services,
    secret,
    className,
    path === null ? null : touchKey({ ...path, container: { ...path.container, addresses: [] } }),
  ])
  if (next === track.backendKey) return false
  const isFirst = track.backendKey === ''
  track.backendKey = next
  if (isFirst) return false
  track.changedAt = at
  if (track.backend !== null) track.backend.changedAt = at
  if (object !== null) track.lastChange = { at, text: changeText(cluster, object) }
  return true
}

function changeText({ inventory }: EdgeCluster, object: ObjectSnapshot): string {
  const { kind, namespace, name } = object
  const where = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
  if (object.kind === 'EndpointSlice') return `the endpoints of Service ${namespace}/${object.service} changed`
  const isThere = storeOf(inventory, kind).has(keyOf(object))
  return isThere ? `${where} changed` : `${where} was deleted`
}

/** The first claim's Service with what is behind it, as a way that begins at the door. */
function backendPath({ inventory }: EdgeCluster, { claims }: RouteTrack, door: Path): Path | null {
  const { service, port } = servicePortOf(inventory, claims[0])
  if (port === null) return null
  return { ...door, ...joinService(inventory, { kind: 'nodePort', service, port }), policy: null }
}

function index(edge: Edge, tracks: Iterable<RouteTrack>): void {
  for (const track of tracks) {
    const keys = track.claims.flatMap((claim) => {
      const backend = backendOf(claim)
      return backend === null ? [] : [key.service(backend.namespace, backend.name)]
    })
    const route = track.backend?.path.route
    if (route?.kind === 'nodePort') {
      const label = keyOfSelector(route.service.namespace, route.service.selector)
      if (label !== null) keys.push(label)
    }
    edge.byKey.set(track.target, track, keys)
  }
}

export function controlTarget(door: string): string {
  return `edge:${door.replace(/^host:/, '')}`
}

/** A fourth of the pods answers as well as all of them: one is asked, from within. */
function apiPointsOfRoute({ target }: RouteTrack, path: Path, { inventory, probing }: EdgeCluster) {
  const [point] = apiPointsOf(path, inventory).filter(
    ({ way }) => way === 'port-forward' && !probing.refusedWays.has(way),
  )
  return point === undefined ? [] : [{ ...point, target, plan: `${target}@${point.vantage}` }]
}

/** Has a pod behind the route asked through the API server while it is not well. */
export function askRoute(cluster: EdgeCluster, track: RouteTrack, isAsked: boolean, effects: Effect[]): void {
  const { edge, settings } = cluster
  const asked = [...edge.tracks.values()].filter((one) => one.asked).length
  const next = isAsked && settings.asksPods && (track.asked || asked < MOST_ASKED)
  if (track.asked === next) return
  track.asked = next
  if (track.backend === null) return
  const points = next ? apiPointsOfRoute(track, track.backend.path, cluster) : []
  track.backend.apiPoints = trackApiPoints(track.backend.apiPoints, points)
  plan(cluster, [track], [], effects)
}

function plan(cluster: EdgeCluster, tracks: Iterable<RouteTrack>, gone: Iterable<string>, effects: Effect[]): void {
  const { edge, probing, settings } = cluster
  const intervalMs = Math.max(ROUTE_MS, Math.ceil((1000 * edge.tracks.size) / MOST_A_SECOND))
  const { timeoutMs } = settings
  const wanted: [string, [Observer, ProbePlan][]][] = []
  for (const track of tracks) {
    const plans: [Observer, ProbePlan][] = []
    const { target, plan: place } = track
    const speech = speechOf(track)
    if (place !== null && speech !== null) {
      const vantage = place.id.slice(target.length + 1) as ProbePlan['vantage']
      plans.push(['host', { ...place, target, vantage, speech, intervalMs, timeoutMs }])
      for (const { plan: id, vantage: way, address, port, pod } of track.backend?.apiPoints ?? []) {
        const how = { speech: { ...speech, protocol: 'http' as const }, intervalMs: API_MS, timeoutMs: API_TIMEOUT_MS }
        plans.push(['api', { id, target, vantage: way, address, port, pod, ...how }])
      }
    }
    wanted.push([target, plans])
  }
  for (const door of edge.doors.values()) wanted.push([controlTarget(door.target), controlPlans(door, timeoutMs)])
  assignBeside(probing, wanted, gone, effects)
}

function speechOf({ protocol, host, path, target }: RouteTrack): Speech | null {
  if (protocol === null) return null
  const asked = probedHost(host)
  return {
    protocol,
    why: 'the port of the route speaks it',
    identity: target,
    path,
    ...(asked !== undefined && { host: asked }),
    expectStatus: WELL_STATUS,
    marks: true,
  }
}

function controlPlans(
  { target: door, protocol, plan: place, isCatchAll }: Door,
  timeoutMs: number,
): [Observer, ProbePlan][] {
  if (place === null || protocol === null || isCatchAll) return []
  const target = controlTarget(door)
  const vantage = place.id as ProbePlan['vantage']
  const speech: Speech = {
    protocol,
    why: 'the port speaks it',
    identity: target,
    host: CONTROL_HOST,
    path: '/',
    expectStatus: '100-599',
    marks: true,
  }
  const { address, port } = place
  return [
    ['host', { id: `${target}@${vantage}`, target, vantage, address, port, speech, intervalMs: CONTROL_MS, timeoutMs }],
  ]
}

/** Asks faster for a while for the first of these. */
export function burst({ settings }: EdgeCluster, tracks: readonly RouteTrack[], effects: Effect[]): void {
  const bursts = tracks.slice(0, MOST_BURSTS).flatMap(({ plan: place }) => {
    if (place === null) return []
    return [{ to: 'host' as const, plan: place.id, everyMs: 500, timeoutMs: settings.timeoutMs, forMs: 5000 }]
  })
  pushBursts(bursts, effects)
}

function dropRoute({ edge, name: cluster }: EdgeCluster, track: RouteTrack, at: number, effects: Effect[]): void {
  const { target, incident } = track
  edge.byKey.delete(target)
  if (incident === null) return
  const isElsewhere = [...edge.tracks.values()].some((one) => one.name === track.name)
  const why = isElsewhere ? 'the route is not behind that port any more' : 'nothing claims the route any more'
  const summary = `${incident.summary} It ended because ${why}.`
  const closed = { ...incident, summary, closedAt: at, darkUntil: incident.darkUntil ?? at, ended: why }
  effects.push({ kind: 'announce', change: { type: 'incident.closed', at, cluster, target, incident: closed } })
}
