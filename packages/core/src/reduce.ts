import { type Change, NOT_RUNNING } from './model/change.ts'
import { clusterEventsBetween, clusterLook, type ClusterLook } from './cluster/cluster-events.ts'
import { announceClockSet, shiftedIncident, shiftedOutcome, takeClockSet } from './clock-set.ts'
import type { Effect } from './model/effect.ts'
import type { Fact, Observation } from './model/fact.ts'
import { isOnRing } from './probing/ring.ts'
import { pushBursts } from './probing/assign.ts'
import { burstOf, followAgents, followPaths } from './incidents/follow.ts'
import type { Incident } from './model/incident.ts'
import { knowsObjects, updateInventory } from './cluster/inventory.ts'
import { judge, needsJudging } from './incidents/judge.ts'
import { type Move, settlePods, trackPod, trackScale } from './cluster/moves.ts'
import type { Outcome } from './model/outcome.ts'
import { takeLate, tellLate } from './incidents/late.ts'
import { see } from './probing/sighting.ts'
import { keyOf, type PodSnapshot, type WorkloadSnapshot } from './model/snapshot.ts'
import type { ClusterState } from './state.ts'
import { isReachable } from './model/symptom.ts'
import type { TargetTrack } from './incidents/target-track.ts'

/** A fact that was this long on its way is late: it amends counts and never opens or closes an incident. */
const LATE_MS = 15_000
/** Less is how precisely two clocks are read one after the other. */
const CLOCK_SET_MS = 1000
/** After a change that touches a port it is probed faster for this long: longer than kube-proxy's sync period. */
const BURST_MS = 5000
/** After a start of the collector a prober elsewhere may take so long to come back. */
const BRIDGED_WITHIN_MS = 60_000
/** Time is looked at this often where nothing else happens. */
const TICK_MS = 1000

/**
 * Takes in one fact and answers what should be done about it. Changes `state` in place and nothing else: no clock, no
 * input, no output. The same facts in the same order give the same effects.
 */
export function reduce(state: ClusterState, fact: Fact): Effect[] {
  if (isRepeated(state, fact)) return []
  const effects: Effect[] = []
  state.startedAt ??= fact.receivedAt
  const at = fact.receivedAt
  const { observed } = fact
  followClock(state, fact, effects)
  followAbsence(state, fact, effects)
  if (observed.kind === 'outcome')
    takeOutcome(state, notAhead(observed.outcome, at), at, fact.receivedAt - fact.at > LATE_MS, effects)
  else takeChange(state, observed, at, effects)
  if (state.wakeAt === null || at >= state.wakeAt) {
    state.wakeAt = at + TICK_MS
    effects.push({ kind: 'wakeAt', at: state.wakeAt })
  }
  return effects
}

/** Facts come in the order of their receipt: where its time goes back nobody said, the clock was set back all the same. */
function followClock(state: ClusterState, { observed, receivedAt }: Fact, effects: Effect[]): void {
  const back = receivedAt - (state.heardAt ?? receivedAt)
  if (observed.kind === 'clock') takeClockSet(state, observed.byMs, receivedAt, effects)
  else if (back <= -CLOCK_SET_MS) takeClockSet(state, back, receivedAt, effects)
  state.heardAt = receivedAt
}

/** No probe starts after it was heard of: a source whose clock is ahead would else have the last word until then. */
function notAhead(outcome: Outcome, at: number): Outcome {
  const ahead = (outcome.run?.until ?? outcome.startedAt) - at
  return ahead > 0 ? shiftedOutcome(outcome, -ahead) : outcome
}

function isRepeated({ seen }: ClusterState, { source, boot, sequence }: Fact): boolean {
  const stream = `${source} ${boot}`
  if (sequence <= (seen.get(stream) ?? 0)) return true
  seen.set(stream, sequence)
  return false
}

function takeOutcome(state: ClusterState, outcome: Outcome, at: number, late: boolean, effects: Effect[]): void {
  const trouble = state.proberTrouble
  const tainted =
    trouble !== null && outcome.startedAt >= trouble.from - outcome.timeoutMs && outcome.startedAt < trouble.to
  if (tainted && !isReachable(outcome.symptom)) return
  const plan = `${outcome.target}@${outcome.vantage}`
  if (outcome.vantage === 'host/node-address' && (isReachable(outcome.symptom) || outcome.symptom === 'refused')) {
    state.nodeAddressAnswers = true
  }
  const beside = state.fabricSightings.get(plan)
  if (beside !== undefined) see(beside, outcome)
  const [first, ...others] = state.planUsers.get(plan) ?? []
  if (first === undefined) return
  takeForTrack(state, first, plan, outcome, at, late, effects)
  for (const track of others) takeForTrack(state, track, plan, outcome, at, late, effects)
}

function takeForTrack(
  state: ClusterState,
  track: TargetTrack,
  plan: string,
  outcome: Outcome,
  at: number,
  late: boolean,
  effects: Effect[],
): void {
  if (isToOtherWords(track, outcome)) return
  const inside = track.agentPoints.find((one) => one.plan === plan)
  if (inside !== undefined) {
    if (late) return
    see(inside.sighting, outcome)
    if (track.suspect) judge(state, track, at, effects)
    return
  }
  const point = track.points.find((one) => one.plan === plan)
  if (point === undefined) return
  const decides = point.role === 'decides' || (point.role === 'decides once it answered' && state.nodeAddressAnswers)
  if (decides) countOutcome(track, outcome)
  if (late) {
    if (decides) takeLate(track, point, outcome)
    return
  }
  tellLate(state, track, effects)
  see(point.sighting, outcome)
  if (needsJudging(state, track, point)) judge(state, track, at, effects)
}

/** It was asked in what the port was told to speak before: an agent may have held its answers back for seconds. */
function isToOtherWords({ speech }: TargetTrack, { protocol }: Outcome): boolean {
  return speech.protocol !== 'auto' && protocol !== 'auto' && protocol !== speech.protocol
}

function countOutcome(track: TargetTrack, outcome: Outcome): void {
  if (outcome.symptom === 'local_error') return
  const count = outcome.run?.count ?? 1
  const answered = isReachable(outcome.symptom)
  track.attempts += count
  if (answered) track.answered += count
  if (outcome.startedAt < track.epoch.startedAt + 1000) return
  if (answered) track.epoch.answered += count
  else track.epoch.failed += count
}

function takeChange(
  state: ClusterState,
  observed: Exclude<Observation, { kind: 'outcome' }>,
  at: number,
  effects: Effect[],
): void {
  switch (observed.kind) {
    case 'agent':
      takeAgent(state, observed, at, effects)
      return
    case 'tick':
      followAgents(state, at, effects)
      for (const track of state.tracks.values()) judge(state, track, at, effects)
      return
    case 'protocol':
      state.protocols.set(observed.identity, { protocol: observed.protocol, why: observed.why })
      return
    case 'gap':
      takeGap(state, observed, at, effects)
      return
    case 'clock':
      return
    case 'resumed':
      state.isContinued = true
      takeResumed(state, observed, at, effects)
      if (at <= observed.lastAt) return
      if (observed.awaited === undefined || observed.awaited.length === 0)
        tellAbsence(state, observed.lastAt, at, effects)
      else state.absence = { from: observed.lastAt, awaited: observed.awaited, until: at + BRIDGED_WITHIN_MS }
      return
    default:
      takeInventory(state, observed, at, effects)
  }
}

function takeAgent(
  state: ClusterState,
  { node, address, echoPort }: Extract<Observation, { kind: 'agent' }>,
  at: number,
  effects: Effect[],
): void {
  const known = state.inventory.agents.get(node)
  state.inventory.agents.set(node, { node, address, echoPort, heardAt: at })
  const isNews = known?.address !== address || known.echoPort !== echoPort || !isOnRing(state.reporting, node)
  if (isNews) followAgents(state, at, effects)
}

/**
 * The collector was away. Where the prober went on and kept what it saw, nothing is missing once it is back; another
 * prober, or none for a while, means that nobody looked.
 */
function followAbsence(state: ClusterState, fact: Fact, effects: Effect[]): void {
  const { source, boot, receivedAt } = fact
  noticeAnotherBefore(state, fact, effects)
  const { absence } = state
  if (absence === null) return
  const isProber = source.startsWith('prober')
  if (!isProber && receivedAt < absence.until) return
  state.absence = null
  const isBack = absence.awaited.some((stream) => `${source} ${boot}`.startsWith(stream))
  if (!isProber || !isBack) tellAbsence(state, absence.from, receivedAt, effects)
}

/**
 * A prober that kept what it saw from before this collector began, which remembers nothing: there was another one, whose
 * store is gone. What the prober saw is told; what the cluster looked like then nobody knows.
 */
function noticeAnotherBefore(state: ClusterState, { source, at, observed }: Fact, effects: Effect[]): void {
  if (state.isContinued || !source.startsWith('prober') || observed.kind !== 'outcome') return
  state.isContinued = true
  const from = observed.outcome.startedAt
  const to = state.startedAt ?? at
  if (to - at < LATE_MS) return
  const reason = 'Portolan was not running here, and what it saw before is lost'
  effects.push({ kind: 'announce', change: { type: 'gap', at: to, cluster: state.name, from, to, reason } })
}

function tellAbsence({ name }: ClusterState, from: number, to: number, effects: Effect[]): void {
  const gap = { from, to, reason: NOT_RUNNING }
  effects.push({ kind: 'announce', change: { type: 'gap', at: to, cluster: name, ...gap } })
}

/** What was open when Portolan stopped. Where that is later than now the clock was set back meanwhile, by that at least. */
function takeResumed(
  state: ClusterState,
  { lastAt, incidents }: Extract<Observation, { kind: 'resumed' }>,
  at: number,
  effects: Effect[],
): void {
  const byMs = Math.min(0, at - lastAt)
  for (const incident of incidents) resume(state, byMs === 0 ? incident : shiftedIncident(incident, byMs))
  if (byMs <= -CLOCK_SET_MS) announceClockSet(state, byMs, at, effects)
}

function resume(state: ClusterState, incident: Incident): void {
  const track = state.tracks.get(incident.target)
  if (track === undefined) state.resumed.set(incident.target, incident)
  else if (track.incident === null) {
    track.incident = incident
    track.verdicts = [{ verdict: incident, since: incident.openedAt, stoodMs: 0 }]
  }
}

function takeGap(state: ClusterState, gap: Extract<Observation, { kind: 'gap' }>, at: number, effects: Effect[]): void {
  const { from, to, reason, scope } = gap
  if (scope === 'prober') state.proberTrouble = { from, to, reason }
  effects.push({ kind: 'announce', change: { type: 'gap', at, cluster: state.name, from, to, reason } })
  for (const track of state.tracks.values()) judge(state, track, at, effects)
}

function takeInventory(state: ClusterState, observed: Observation, at: number, effects: Effect[]): void {
  const before = podsAndWorkloadsBefore(state, observed)
  const asFound = isFirstWord(state, observed)
  const look = asFound ? null : clusterLook(state.inventory, observed)
  updateInventory(state.inventory, observed)
  if (look !== null) tellClusterEvents(state, observed, look, at, effects)
  if (observed.kind !== 'object' || observed.object.kind !== 'Event') state.forecast = null
  const moves = state.objectsKnown ? movesOf(state, observed, before, at) : []
  if (observed.kind === 'listed' && observed.resource === 'pods') settlePods(state.moves, state.inventory.pods.values())
  if (observed.kind === 'object' && observed.object.kind === 'Event') return
  const touched = followPaths(state, at, asFound, effects)
  state.objectsKnown ||= knowsObjects(state.inventory)
  for (const move of moves) tellMove(state, move, effects)
  pushBursts(
    touched.flatMap((track) => burstOf(state, track, BURST_MS)),
    effects,
  )
  for (const track of touched) judge(state, track, at, effects)
}

function tellClusterEvents(
  { inventory, name: cluster }: ClusterState,
  observed: Observation,
  before: ClusterLook,
  at: number,
  effects: Effect[],
): void {
  const after = clusterLook(inventory, observed)
  for (const event of after === null ? [] : clusterEventsBetween(before, after)) {
    effects.push({ kind: 'announce', change: { type: 'cluster.event', at, cluster, ...event } })
  }
}

/** The first lists are still coming in: what they say was so before. */
function isFirstWord({ inventory, objectsKnown }: ClusterState, observed: Observation): boolean {
  if (observed.kind === 'listed') return !inventory.listed.has(observed.resource)
  return observed.kind === 'object' && !objectsKnown
}

type Before = Map<string, PodSnapshot | WorkloadSnapshot>

/** What was known of the pods and workloads that the fact is about, by their keys. */
function podsAndWorkloadsBefore({ inventory }: ClusterState, observed: Observation): Before {
  if (observed.kind === 'listed' && observed.resource === 'pods') return new Map(inventory.pods)
  if (observed.kind !== 'object') return new Map()
  const key = keyOf(observed.object)
  const known = inventory.pods.get(key) ?? inventory.workloads.get(key)
  return known === undefined ? new Map() : new Map([[key, known]])
}

/** Moves are told from single changes, and from a whole list that came after the watch was cut off. */
function movesOf({ inventory, moves }: ClusterState, observed: Observation, before: Before, at: number): Move[] {
  const found: (Move | null)[] = []
  const track = (known: PodSnapshot | null, pod: PodSnapshot | null) =>
    found.push(trackPod(moves, inventory, known, pod, at))
  if (observed.kind === 'listed' && observed.resource === 'pods') {
    for (const [key, pod] of before as Map<string, PodSnapshot>) {
      if (inventory.pods.get(key)?.uid !== pod.uid) track(pod, null)
    }
    for (const [key, pod] of inventory.pods) {
      const known = before.get(key) as PodSnapshot | undefined
      track(known?.uid === pod.uid ? known : null, pod)
    }
  } else if (observed.kind === 'object') {
    const { object, change } = observed
    const known = before.get(keyOf(object)) ?? null
    if (object.kind === 'Pod') {
      const same = known?.kind === 'Pod' && known.uid === object.uid ? known : null
      track(change === 'deleted' ? object : same, change === 'deleted' ? null : object)
    } else if (
      change === 'set' &&
      (object.kind === 'Deployment' || object.kind === 'StatefulSet' || object.kind === 'ReplicaSet')
    ) {
      found.push(trackScale(moves, inventory, known?.kind === 'Pod' ? null : known, object, at))
    }
  }
  return found.filter((move) => move !== null)
}

/** Told once, with all the ports behind which it happened; a workload behind none is not our business. */
function tellMove(state: ClusterState, move: Move, effects: Effect[]): void {
  const targets: string[] = []
  for (const track of state.tracks.values()) {
    if (track.path.workloads.some((workload) => workload.uid === move.workload.uid))
      targets.push(track.path.mapping.target)
  }
  const [target] = targets
  if (target === undefined) return
  const { kind, namespace, name } = move.workload
  const change: Change = {
    type: 'placement.changed',
    at: move.at,
    cluster: state.name,
    target,
    targets,
    workload: `${kind}/${namespace}/${name}`,
    kind: move.kind,
    reason: move.reason,
    from: move.from,
    to: move.to,
  }
  effects.push({ kind: 'announce', change })
}
