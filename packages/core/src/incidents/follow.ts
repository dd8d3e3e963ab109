import { agentPointsOf, trackAgentPoints } from '../probing/agent-point.ts'
import { reportingNodes } from '../probing/presence.ts'
import { createRing } from '../probing/ring.ts'
import { assignPlans, hasFabricChanged } from '../probing/assign.ts'
import { predictDark } from '../diagnosis/diagnose.ts'
import { RULES } from '../causes/index.ts'
import type { Effect } from '../model/effect.ts'
import type { Epoch } from '../model/epoch.ts'
import { knowsObjects } from '../cluster/inventory.ts'
import { readMappings } from '../route/mapping.ts'
import { joinPath, type Path, type PathEndpoint, servingNodes } from '../route/path.ts'
import type { Burst, Observer } from '../model/plan.ts'
import type { Speech } from '../model/probe-spec.ts'
import { situate } from '../diagnosis/situate.ts'
import { speechFor } from '../route/probe-settings.ts'
import type { ClusterState } from '../state.ts'
import { type TargetTrack, trackPoints, type TrackedPoint } from './target-track.ts'
import { viewpointsOf } from '../probing/viewpoints.ts'

/** How many ended placement epochs a port remembers. */
const EPOCHS = 100

/**
 * Joins every mapped port anew after the inventory changed; answers the ports that the change touched.
 *
 * @param asFound the first lists are still coming in: what differs is no change, we only did not know it before
 */
export function followPaths(state: ClusterState, at: number, asFound: boolean, effects: Effect[]): TargetTrack[] {
  for (const { name, addresses } of state.inventory.containers) {
    if (addresses[0] !== undefined) state.addresses.set(name, addresses[0])
  }
  const touched: TargetTrack[] = []
  const gone = new Set(state.tracks.keys())
  for (const mapping of readMappings(state.inventory.containers)) {
    gone.delete(mapping.target)
    const path = joinPath(state.inventory, mapping)
    const track = state.tracks.get(mapping.target)
    if (track === undefined) {
      const fresh = createTrack(state, path, at)
      state.tracks.set(mapping.target, fresh)
      touched.push(fresh)
    } else if (asFound) {
      findPath(state, track, path, at)
      touched.push(track)
    } else if (followPath(state, track, path, at, effects)) {
      touched.push(track)
    }
  }
  for (const target of gone) dropTrack(state, target, at, effects)
  assignPlans(state, effects)
  for (const track of touched) {
    holdRules(state, track, at, asFound ? null : track.changedAt)
    if (track.epoch.startedAt === at) effects.push({ kind: 'epoch', epoch: { ...track.epoch } })
  }
  return touched
}

function createTrack(state: ClusterState, path: Path, at: number): TargetTrack {
  const resumed = state.resumed.get(path.mapping.target) ?? null
  state.resumed.delete(path.mapping.target)
  return {
    path,
    touchKey: touchKey(path),
    changedAt: null,
    policyChangedAt: null,
    lost: null,
    points: pointsOf(state, path, []),
    agentPoints: trackAgentPoints([], agentPointsOf(path, state.inventory, state.reporting, false)),
    suspect: false,
    wordedAt: 0,
    speech: speechFor(path),
    holding: new Map(),
    incident: resumed,
    verdicts: resumed === null ? [] : [{ verdict: resumed, since: at, stoodMs: at - resumed.openedAt }],
    planned: null,
    late: null,
    state: 'unknown',
    since: at,
    transitions: [],
    transitionCount: 0,
    answered: 0,
    attempts: 0,
    epoch: createEpoch(state, path, at),
    epochs: [],
    confirmedAt: 0,
    note: null,
    formerPort: formerPort(state, path),
    firstSeenAt: at,
  }
}

function formerPort({ chosenPorts }: ClusterState, { mapping, container }: Path): number | null {
  if (!mapping.isChosen) return null
  const key = `${container.name}:${mapping.containerPort}/${mapping.protocol}`
  const before = chosenPorts.get(key) ?? null
  chosenPorts.set(key, mapping.hostPort)
  return before === mapping.hostPort ? null : before
}

function findPath(state: ClusterState, track: TargetTrack, path: Path, at: number): void {
  setPath(state, track, path)
  track.touchKey = touchKey(path)
  track.epoch = createEpoch(state, path, at)
  track.holding.clear()
}

function setPath(state: ClusterState, track: TargetTrack, path: Path): void {
  const speech = speechFor(path)
  track.path = path
  if (!saysTheSame(speech, track.speech)) {
    // How other words were answered says nothing of these.
    track.points = []
    track.agentPoints = []
  }
  track.speech = speech
  track.points = pointsOf(state, path, track.points)
  placeAgents(state, track)
}

function saysTheSame(a: Speech, b: Speech): boolean {
  const words = ({ protocol, path, host, expectStatus, hello, expect }: Speech) =>
    JSON.stringify([protocol, path, host, expectStatus, hello, expect])
  return words(a) === words(b)
}

/** Answers whether something changed that touches the port. */
function followPath(state: ClusterState, track: TargetTrack, path: Path, at: number, effects: Effect[]): boolean {
  const before = track.path
  const key = touchKey(path)
  setPath(state, track, path)
  if (key === track.touchKey) return false
  if (epochKey(before) !== epochKey(path)) beginEpoch(state, track, at, effects)
  if (before.route.kind !== 'none' && path.route.kind === 'none') track.lost = { route: before.route, at }
  if (path.route.kind !== 'none') track.lost = null
  if (key === touchKey({ ...before, policy: path.policy })) track.policyChangedAt = at
  track.touchKey = key
  track.changedAt = at
  return true
}

function placeAgents(state: ClusterState, track: TargetTrack): void {
  const points = agentPointsOf(track.path, state.inventory, state.reporting, track.suspect)
  track.agentPoints = trackAgentPoints(track.agentPoints, points)
}

/** So often at most: when a cluster comes up, its agents come all at once. */
const AGENTS_EVERY_MS = 1000

/** Where agents came, went or fell silent, who looks at which port is decided anew. */
export function followAgents(state: ClusterState, at: number, effects: Effect[]): void {
  if (state.inventory.agents.size === 0 || at - state.reportingAt < AGENTS_EVERY_MS) return
  const reporting = createRing(reportingNodes(state.inventory, at))
  if (reporting.names.join() === state.reporting.names.join() && !hasFabricChanged(state)) return
  state.reporting = reporting
  state.reportingAt = at
  for (const track of state.tracks.values()) placeAgents(state, track)
  assignPlans(state, effects)
}

/** A port that is not well is looked at from more places. */
export function suspect(state: ClusterState, track: TargetTrack, isSuspect: boolean, effects: Effect[]): void {
  if (track.suspect === isSuspect) return
  track.suspect = isSuspect
  if (state.reporting.names.length === 0) return
  placeAgents(state, track)
  assignPlans(state, effects)
}

function pointsOf(state: ClusterState, path: Path, known: TrackedPoint[]): TrackedPoint[] {
  return trackPoints(
    known,
    viewpointsOf(path, state.inventory, (node) => state.addresses.get(node) ?? null),
  )
}

function dropTrack(state: ClusterState, target: string, at: number, effects: Effect[]): void {
  const track = state.tracks.get(target)
  state.tracks.delete(target)
  if (track === undefined) return
  endEpoch(track, at, effects)
  if (track.incident === null) return
  const incident = { ...track.incident, closedAt: at, darkUntil: track.incident.darkUntil ?? at }
  incident.summary = `${incident.summary} It ended because the port is no longer mapped.`
  effects.push({ kind: 'announce', change: { type: 'incident.closed', at, cluster: state.name, target, incident } })
}

/** Notes since when each rule holds. */
export function holdRules(state: ClusterState, track: TargetTrack, at: number, since: number | null): void {
  const situation = situate(state, track, at)
  if (!knowsObjects(state.inventory)) return
  for (const rule of RULES) {
    if (!rule.holds(situation)) track.holding.delete(rule.cause)
    else if (!track.holding.has(rule.cause)) track.holding.set(rule.cause, since)
  }
  track.epoch.expectedUp = expectedUp(state, track, at)
}

/** Does the port answer, going by the objects alone? null where they do not tell. */
export function expectedUp(state: ClusterState, track: TargetTrack, at: number): boolean | null {
  const situation = situate(state, track, at)
  if (situation.blind !== null) return null
  if (predictDark(situation) !== null) return false
  return track.path.route.kind === 'none' ? null : servingNodes(track.path).length > 0
}

function servingEndpoints({ endpoints }: Path): PathEndpoint[] {
  return endpoints.filter((one) => one.serves || one.servesLocally)
}

function epochKey(path: Path): string {
  const serving = servingEndpoints(path)
  const policy = path.route.kind === 'nodePort' ? path.route.service.externalTrafficPolicy : ''
  return JSON.stringify([
    path.container.name,
    path.route.kind,
    policy,
    serving.map((one) => [one.podUID, one.node, one.terminating]),
  ])
}

/** Everything that may turn the port on or off. */
function touchKey(path: Path): string {
  const { container, mapping, route } = path
  return JSON.stringify([
    epochKey(path),
    [container.id, container.state, container.startedAt, container.addresses, mapping.inForce, mapping.containerPort],
    route.kind === 'nodePort' ? [route.service.uid, route.service.selector, route.port] : route,
    path.endpoints.map((one) => [one.podUID, one.address, one.ready, one.serving, one.terminating]),
    path.pods.map((pod) => [pod.uid, pod.node, pod.ready, pod.deletedAt > 0]),
    path.workloads.map((one) => [one.uid, one.replicas]),
    path.policy?.uid ?? null,
  ])
}

function createEpoch(state: ClusterState, path: Path, at: number): Epoch {
  return {
    id: `${path.mapping.target}#${at}`,
    cluster: state.name,
    target: path.mapping.target,
    startedAt: at,
    endedAt: null,
    mappedNode: path.container.name,
    podNodes: servingNodes(path),
    ...(servingEndpoints(path).some((one) => one.terminating) ? { leaving: true } : {}),
    expectedUp: null,
    answered: 0,
    failed: 0,
  }
}

function beginEpoch(state: ClusterState, track: TargetTrack, at: number, effects: Effect[]): void {
  endEpoch(track, at, effects)
  track.epochs.push(track.epoch)
  if (track.epochs.length > EPOCHS) track.epochs.shift()
  track.epoch = createEpoch(state, track.path, at)
}

function endEpoch(track: TargetTrack, at: number, effects: Effect[]): void {
  track.epoch.endedAt = at
  effects.push({ kind: 'epoch', epoch: { ...track.epoch } })
}

/**
 * Probes the port faster for a while. Straight at the nodes closely; through the engine's proxy with care, since
 * docker-proxy keeps each stuck dial for about two minutes.
 */
export function burstOf(state: ClusterState, track: TargetTrack, forMs: number): (Burst & { to: Observer })[] {
  if (track.speech.protocol === 'off') return []
  const deadline = (usualMs: number | null) => Math.min(state.settings.timeoutMs, hurriedMs(usualMs ?? 0))
  const host = track.points
    .filter((point) => point.role !== 'note')
    .map(({ plan, vantage, role, sighting }) => ({
      to: 'host' as const,
      plan,
      everyMs: vantage !== 'host/node-address' ? 250 : role === 'witness' ? 200 : 50,
      timeoutMs: deadline(sighting.usualMs),
      forMs,
    }))
  const agents = track.agentPoints.map(({ plan, vantage, sighting }) => ({
    to: vantage,
    plan,
    everyMs: 250,
    timeoutMs: deadline(sighting.usualMs),
    forMs,
  }))
  return [...host, ...agents]
}

/**
 * How long a burst waits for an answer: twenty times the usual, within bounds. A deadline that is too short for a slow
 * application does no harm: what is silent by it counts only where the objects predict silence.
 */
function hurriedMs(usualMs: number): number {
  return Math.max(200, Math.min(500, 20 * usualMs))
}
