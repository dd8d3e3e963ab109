import { type Inventory, knowsObjects } from '../cluster/inventory.ts'
import { RULES } from '../causes/index.ts'
import type { Assessment } from '../diagnosis/assess.ts'
import type { WatchedCluster } from '../diagnosis/build-context.ts'
import type { Effect } from '../model/effect.ts'
import type { Speech } from '../model/probe-spec.ts'
import type { ObjectSnapshot } from '../model/snapshot.ts'
import { agentPointsOf, trackAgentPoints } from '../probing/agent-point.ts'
import type { Observer } from '../model/plan.ts'
import type { PodWay } from '../model/vantage.ts'
import { apiPointsOf, trackApiPoints } from '../probing/api-point.ts'
import { assignPlans, pushBursts } from '../probing/assign.ts'
import { reportingNodes } from '../probing/presence.ts'
import { hasFabricChanged } from '../probing/refresh-fabric.ts'
import { createRing } from '../probing/ring.ts'
import { trackPoints, type TrackedPoint } from '../probing/tracked-point.ts'
import { viewpointsOf } from '../probing/viewpoints.ts'
import type { Route } from '../route/claim.ts'
import { entriesOf, mayChangeEntries } from '../route/entries.ts'
import type { Mapping } from '../route/mapping.ts'
import { joinPath, keysOfPath, type Path } from '../route/path.ts'
import { probeSettingsOf } from '../route/probe-settings.ts'
import { burstOf, CONFIRM_MS } from './burst.ts'
import { endIncident } from './end-incident.ts'
import { beginEpoch, createEpoch, endEpoch } from './epochs.ts'
import { noteHappening, podChanges, routingChanges } from './happenings.ts'
import { epochKey, servingEndpoints, touchKey } from './path-keys.ts'
import type { Ports } from './ports.ts'
import { verdictIn } from './standing-verdicts.ts'
import type { TargetTrack } from './target-track.ts'

/** As much of a cluster's state as following its ports needs. */
export interface FollowedCluster extends WatchedCluster {
  readonly ports: Ports
}

/**
 * Joins every port again after the node containers, a whole list, or the ways in changed.
 *
 * @param asFound the first lists are still coming in: what differs is no change, we only did not know it before
 * @returns the ports that the change touched
 */
export function followAll(cluster: FollowedCluster, at: number, asFound: boolean, effects: Effect[]): TargetTrack[] {
  const { tracks } = cluster.ports
  const touched: TargetTrack[] = []
  const gone = new Set(tracks.keys())
  const { mappings, leftOut } = entriesOf(cluster.inventory)
  cluster.ports.entries = entriesKey(mappings)
  cluster.ports.leftOut = leftOut
  for (const mapping of mappings) {
    gone.delete(mapping.target)
    const path = joinPath(cluster.inventory, mapping)
    const track = tracks.get(mapping.target)
    if (track === undefined) {
      const fresh = createTrack(cluster, path, at)
      if (!asFound && mapping.entry !== 'hostPort') Object.assign(fresh, { changedAt: at, unsettledAt: at })
      tracks.set(mapping.target, fresh)
      touched.push(fresh)
    } else if (asFound) {
      findPath(cluster, track, path, at)
      touched.push(track)
    } else if (followPath(cluster, track, path, at, effects)) {
      touched.push(track)
    }
  }
  for (const target of gone) dropTrack(cluster, target, at, effects)
  indexPaths(cluster.ports, tracks.values())
  assignPlans(cluster, tracks.values(), gone, effects)
  return touched
}

/**
 * Joins those ports again that hang on one of these keys, which some object had or has.
 *
 * @returns the ports that the change touched
 */
export function followSome(
  cluster: FollowedCluster,
  keys: Iterable<string>,
  at: number,
  asFound: boolean,
  effects: Effect[],
): TargetTrack[] {
  const near = new Set([...keys].flatMap((key) => [...cluster.ports.byKey.of(key)]))
  const touched = [...near].filter((track) => {
    const path = joinPath(cluster.inventory, track.path.mapping)
    if (!asFound) return followPath(cluster, track, path, at, effects)
    findPath(cluster, track, path, at)
    return true
  })
  indexPaths(cluster.ports, near)
  assignPlans(cluster, near, [], effects)
  return touched
}

/** A change of this object brought or took a way into the cluster. */
export function haveEntriesChanged({ inventory, ports }: FollowedCluster, object: ObjectSnapshot): boolean {
  return mayChangeEntries(inventory, object) && entriesKey(entriesOf(inventory).mappings) !== ports.entries
}

function entriesKey(mappings: readonly Mapping[]): string {
  return mappings
    .filter(({ entry }) => entry !== 'hostPort')
    .map(({ target, container, containerPort }) => `${target} ${container.name} ${containerPort}`)
    .join('\n')
}

function indexPaths({ byKey }: Ports, tracks: Iterable<TargetTrack>): void {
  for (const track of tracks) byKey.set(track.path.mapping.target, track, keysOfPath(track.path))
}

function createTrack(cluster: FollowedCluster, path: Path, at: number): TargetTrack {
  const resumed = cluster.ports.resumed.get(path.mapping.target) ?? null
  cluster.ports.resumed.delete(path.mapping.target)
  return {
    path,
    touchKey: touchKey(path),
    changedAt: null,
    targetChangedAt: null,
    unsettledAt: null,
    rewordedAt: null,
    answeredPath: null,
    policyChangedAt: null,
    lost: null,
    points: pointsOf(cluster, path, []),
    agentPoints: trackAgentPoints([], agentPointsOf(path, cluster.inventory, cluster.probing.reporting, false)),
    apiPoints: [],
    rules: null,
    suspect: false,
    endedAt: 0,
    wordedAt: 0,
    speech: probeSettingsOf(path),
    holding: new Map(),
    happenings: [],
    incident: resumed,
    verdicts: resumed === null ? [] : [{ verdict: verdictIn(resumed), since: at, stoodMs: at - resumed.openedAt }],
    planned: null,
    late: null,
    state: 'unknown',
    since: at,
    transitions: [],
    transitionCount: 0,
    answered: 0,
    attempts: 0,
    epoch: createEpoch(cluster, path, at),
    epochs: [],
    confirmedAt: 0,
    note: null,
    formerPort: formerPort(cluster.ports, path),
    firstSeenAt: at,
    quietUntil: 0,
  }
}

function formerPort({ chosen }: Ports, { mapping, container }: Path): number | null {
  if (!mapping.isChosen) return null
  const key = `${container.name}:${mapping.containerPort}/${mapping.protocol}`
  const before = chosen.get(key) ?? null
  chosen.set(key, mapping.hostPort)
  return before === mapping.hostPort ? null : before
}

function findPath(cluster: FollowedCluster, track: TargetTrack, path: Path, at: number): void {
  setPath(cluster, track, path)
  track.touchKey = touchKey(path)
  track.epoch = createEpoch(cluster, path, at)
  track.holding.clear()
}

function setPath(cluster: FollowedCluster, track: TargetTrack, path: Path): void {
  const speech = probeSettingsOf(path)
  track.path = path
  if (!saysTheSame(speech, track.speech)) {
    // How other words were answered says nothing of these.
    track.points = []
    track.agentPoints = []
    track.apiPoints = []
  }
  track.speech = speech
  track.points = pointsOf(cluster, path, track.points)
  placeAgents(cluster, track)
  placeApi(cluster, track)
}

function saysTheSame(a: Speech, b: Speech): boolean {
  const words = ({ protocol, path, host, expectStatus, hello, expect }: Speech) =>
    JSON.stringify([protocol, path, host, expectStatus, hello, expect])
  return words(a) === words(b)
}

/** Answers whether something changed that touches the port. */
function followPath(cluster: FollowedCluster, track: TargetTrack, path: Path, at: number, effects: Effect[]): boolean {
  const { path: before, speech } = track
  const key = touchKey(path)
  setPath(cluster, track, path)
  if (track.state === 'up' && !saysTheSame(speech, track.speech)) track.rewordedAt = at
  if (key === track.touchKey) return false
  if (epochKey(before) !== epochKey(path)) beginEpoch(cluster, track, at, effects)
  if (before.route.kind !== 'none' && path.route.kind === 'none') track.lost = { route: before.route, at }
  if (path.route.kind !== 'none') track.lost = null
  if (key === touchKey({ ...before, policy: path.policy })) track.policyChangedAt = at
  if (targetOf(before) !== targetOf(path)) track.targetChangedAt = at
  if (!hasOnlyGrown(before, path)) track.unsettledAt = at
  track.touchKey = key
  track.changedAt = at
  const changed = routingChanges(cluster.inventory, before, path)
  for (const text of [...changed, ...podChanges(before, path, track.incident === null)])
    noteHappening(track, { at, text })
  for (const text of changed) announceOnce(cluster, text, at, effects)
  return true
}

/** One change may touch many ports. */
function announceOnce({ name: cluster }: FollowedCluster, text: string, at: number, effects: Effect[]): void {
  const isSaid = effects.some((one) => one.kind === 'announce' && 'text' in one.change && one.change.text === text)
  if (isSaid) return
  const change = { type: 'cluster.event', at, cluster, event: 'routing_changed', node: null, text } as const
  effects.push({ kind: 'announce', change })
}

/**
 * Every endpoint that connections were led to is there still, and nothing else that the rules hang on is another. By what
 * the endpoints are chosen they do not hang on.
 */
function hasOnlyGrown(before: Path, after: Path): boolean {
  const used = (path: Path) => servingEndpoints(path).map(({ podUID, address, port }) => `${podUID} ${address} ${port}`)
  const [had, has] = [used(before), new Set(used(after))]
  const { endpoints, pods, workloads } = after
  const grown = { ...before, endpoints, pods, workloads, route: withSelectorOf(after.route, before.route) }
  return had.length > 0 && had.every((one) => has.has(one)) && touchKey(grown) === touchKey(after)
}

function withSelectorOf(after: Route, before: Route): Route {
  if (after.kind !== 'nodePort' || before.kind !== 'nodePort') return before
  return { ...before, service: { ...before.service, selector: after.service.selector } }
}

/** Which port of whose pods the way leads to, by the Service's own words. */
function targetOf({ route }: Path): string | null {
  return route.kind === 'nodePort' ? `${route.service.uid} ${route.port.targetPort}` : null
}

function placeAgents(cluster: WatchedCluster, track: TargetTrack): void {
  const points = agentPointsOf(track.path, cluster.inventory, cluster.probing.reporting, track.suspect)
  track.agentPoints = trackAgentPoints(track.agentPoints, points)
}

/** So often at most: when a cluster comes up, its agents come all at once. */
const AGENTS_EVERY_MS = 1000

/** Where agents came, went or fell silent, who looks at which port is decided again. */
export function followAgents(cluster: FollowedCluster, at: number, effects: Effect[]): void {
  const { inventory, probing, ports } = cluster
  if (inventory.agents.size === 0 || at - probing.reportingAt < AGENTS_EVERY_MS) return
  const reporting = createRing(reportingNodes(inventory, at))
  if (reporting.names.join() === probing.reporting.names.join() && !hasFabricChanged(probing, inventory)) return
  probing.reporting = reporting
  probing.reportingAt = at
  for (const track of ports.tracks.values()) placeAgents(cluster, track)
  assignPlans(cluster, ports.tracks.values(), [], effects)
}

/** What is spoken was found out: who looks at those ports beside the finder need not find it out again. */
export function replanFor(cluster: FollowedCluster, identity: string, effects: Effect[]): void {
  const ports = [...cluster.ports.tracks.values()].filter(({ speech }) => speech.identity === identity)
  assignPlans(cluster, ports, [], effects)
}

/** A port that is not well is looked at from more places. */
export function suspect(cluster: FollowedCluster, track: TargetTrack, isSuspect: boolean, effects: Effect[]): void {
  const { ports, probing, settings } = cluster
  const { target } = track.path.mapping
  const isNext = isSuspect && settings.asksPods && !ports.asked.has(target) && ports.asked.size < MOST_ASKED
  if (track.suspect === isSuspect && !isNext) return
  track.suspect = isSuspect
  if (isNext) ports.asked.add(target)
  if (!isSuspect) ports.asked.delete(target)
  placeApi(cluster, track)
  if (probing.reporting.names.length > 0) placeAgents(cluster, track)
  assignPlans(cluster, [track], [], effects)
  if (track.apiPoints.length > 0) pushBursts(burstOf(cluster, track, CONFIRM_MS).filter(isToApi), effects)
}

function isToApi({ to }: { to: Observer }): boolean {
  return to === 'api'
}

/** Of so many ports at a time the API server is asked for the pods. */
const MOST_ASKED = 16

function placeApi({ inventory, ports, probing }: FollowedCluster, track: TargetTrack): void {
  const isAsked = ports.asked.has(track.path.mapping.target)
  const points = isAsked ? apiPointsOf(track.path, inventory) : []
  track.apiPoints = trackApiPoints(
    track.apiPoints,
    points.filter(({ way }) => !probing.refusedWays.has(way)),
  )
}

/** The API server refuses a way to the pods, or leads there again. */
export function followPodWay(
  cluster: FollowedCluster,
  { way, refused }: { way: PodWay; refused: string | null },
  effects: Effect[],
): void {
  const { probing, ports } = cluster
  if (refused === null) probing.refusedWays.delete(way)
  else probing.refusedWays.set(way, refused)
  const asked = [...ports.asked].flatMap((target) => ports.tracks.get(target) ?? [])
  for (const track of asked) placeApi(cluster, track)
  assignPlans(cluster, asked, [], effects)
}

function pointsOf({ inventory }: WatchedCluster, path: Path, known: TrackedPoint[]): TrackedPoint[] {
  return trackPoints(
    known,
    viewpointsOf(path, inventory, (node) => inventory.lastAddresses.get(node) ?? []),
  )
}

function dropTrack(cluster: FollowedCluster, target: string, at: number, effects: Effect[]): void {
  const track = cluster.ports.tracks.get(target)
  cluster.ports.tracks.delete(target)
  cluster.ports.asked.delete(target)
  cluster.ports.byKey.delete(target)
  if (track === undefined) return
  endEpoch(track, at, effects)
  endIncident(cluster, track, at, whyGone(cluster.inventory, track.path.mapping), effects)
}

function whyGone({ containers }: Readonly<Inventory>, { entry }: Mapping): string {
  if (containers.length === 0) return 'the cluster was deleted'
  if (entry === 'hostPort') return 'the port is no longer mapped'
  return entry === 'node'
    ? 'nothing opens the port on this node any more'
    : 'the load balancer has no such address any more'
}

/** Notes since when each rule holds. */
export function holdRules(
  { inventory }: WatchedCluster,
  track: TargetTrack,
  assessment: Assessment,
  since: number | null,
): void {
  if (!knowsObjects(inventory)) return
  for (const rule of RULES) {
    if (!assessment.applies(rule)) track.holding.delete(rule.cause)
    else if (!track.holding.has(rule.cause)) track.holding.set(rule.cause, since)
  }
  track.epoch.expectedUp = assessment.expectedUp
}
