import { clusterEventsBetween, clusterLook, type ClusterLook } from './cluster/cluster-events.ts'
import { type Inventory, knowsObjects, storeOf, updateInventory } from './cluster/inventory.ts'
import { keysOf } from './cluster/keys.ts'
import { findPods, type Move, type PodChange, trackPods, trackScale } from './cluster/moves.ts'
import { assess } from './diagnosis/assess.ts'
import { burstOf } from './incidents/burst.ts'
import { followAll, followSome, haveEntriesChanged, holdRules } from './incidents/follow.ts'
import { noteHappening } from './incidents/happenings.ts'
import { judge } from './incidents/judge.ts'
import type { PlacementChange } from './model/change.ts'
import type { Effect } from './model/effect.ts'
import type { Observation } from './model/fact.ts'
import { moveText } from './model/onset.ts'
import { isWorkload, keyOf, type ObjectSnapshot, type PodSnapshot, type WorkloadSnapshot } from './model/snapshot.ts'
import { pushBursts } from './probing/assign.ts'
import { isOnPath } from './route/path.ts'
import type { ClusterState } from './state.ts'

/** After a change that touches a port it is probed faster for this long: longer than kube-proxy's sync period. */
const BURST_MS = 5000

/** Takes in what was observed of the cluster's objects, its node containers and its engine. */
export function takeInventory(state: ClusterState, observed: Observation, at: number, effects: Effect[]): void {
  const { inventory } = state
  const before = podsAndWorkloadsBefore(inventory, observed)
  const asFound = isFirstWord(inventory, observed)
  const look = asFound ? null : clusterLook(inventory, observed)
  const keys = keysBefore(inventory, observed)
  const { wasKnown } = inventory
  updateInventory(inventory, observed, at)
  if (look !== null) tellClusterEvents(state, observed, look, at, effects)
  const moves = movesOf(state, observed, before, asFound, at)
  if (observed.kind === 'object' && observed.object.kind === 'Event') return
  const touched =
    observed.kind === 'object' && !haveEntriesChanged(state, observed.object)
      ? followSome(state, [...keys, ...keysOf(observed.object)], at, asFound, effects)
      : followAll(state, at, asFound, effects)
  const assessed = touched.map((track) => ({ track, assessment: assess(state, track, at) }))
  for (const { track, assessment } of assessed) {
    holdRules(state, track, assessment, asFound ? null : track.changedAt)
    if (track.epoch.startedAt === at) effects.push({ kind: 'epoch', epoch: { ...track.epoch } })
  }
  inventory.wasKnown ||= knowsObjects(inventory)
  if (wasKnown) for (const move of moves) tellMove(state, move, effects)
  pushBursts(
    touched.flatMap((track) => burstOf(state, track, BURST_MS)),
    effects,
  )
  for (const { track, assessment } of assessed) judge(state, track, assessment, effects)
}

/** What the object was found by that is about to change. */
function keysBefore(inventory: Readonly<Inventory>, observed: Observation): string[] {
  if (observed.kind !== 'object') return []
  const known = objectBefore(inventory, observed.object)
  return known === undefined ? [] : keysOf(known)
}

function objectBefore(inventory: Readonly<Inventory>, object: ObjectSnapshot): ObjectSnapshot | undefined {
  return object.kind === 'Event' ? undefined : storeOf(inventory, object.kind).get(keyOf(object))
}

function tellClusterEvents(
  { inventory, ports, name: cluster }: ClusterState,
  observed: Observation,
  before: ClusterLook,
  at: number,
  effects: Effect[],
): void {
  const after = clusterLook(inventory, observed)
  for (const event of after === null ? [] : clusterEventsBetween(before, after)) {
    effects.push({ kind: 'announce', change: { type: 'cluster.event', at, cluster, ...event } })
    if (event.event === 'node_cordoned' || event.event === 'node_uncordoned') continue
    for (const track of ports.tracks.values()) {
      if (event.node === null || isOnPath(track.path, event.node)) noteHappening(track, { at, text: event.text })
    }
  }
}

/** The first lists are still coming in: what they say was so before. */
function isFirstWord({ listed, wasKnown }: Readonly<Inventory>, observed: Observation): boolean {
  if (observed.kind === 'listed') return !listed.has(observed.resource)
  return observed.kind === 'object' && !wasKnown
}

type Before = Map<string, PodSnapshot | WorkloadSnapshot>

/** What was known of the pods and workloads that the fact is about, by their keys. */
function podsAndWorkloadsBefore(inventory: Readonly<Inventory>, observed: Observation): Before {
  if (observed.kind === 'listed' && observed.resource === 'pods') return new Map(inventory.pods)
  if (observed.kind !== 'object') return new Map()
  const key = keyOf(observed.object)
  const known = inventory.pods.get(key) ?? inventory.workloads.get(key)
  return known === undefined ? new Map() : new Map([[key, known]])
}

/** From single changes, and from a whole list that came after the watch was cut off. */
function movesOf(
  { inventory, moves }: ClusterState,
  observed: Observation,
  before: Before,
  asFound: boolean,
  at: number,
): Move[] {
  if (observed.kind === 'listed' && observed.resource === 'pods') {
    if (!asFound) return trackPods(moves, inventory, podChanges(before, inventory.pods), at)
    findPods(moves, inventory, inventory.pods.values(), at)
    return []
  }
  if (observed.kind !== 'object') return []
  const { object, change } = observed
  const key = keyOf(object)
  if (object.kind === 'Pod') {
    const pod = inventory.pods.get(key)
    return trackPods(moves, inventory, podChanges(before, new Map(pod === undefined ? [] : [[key, pod]])), at)
  }
  const known = before.get(key)
  if (change === 'deleted' || !isWorkload(object) || known === undefined || known.kind === 'Pod') return []
  return trackScale(moves, inventory, known, object, at)
}

/** Another pod under the same name is one that went, and one that came. */
function podChanges(before: Before, after: ReadonlyMap<string, PodSnapshot>): PodChange[] {
  const known = (key: string) => before.get(key) as PodSnapshot | undefined
  const gone = [...before.keys()].filter((key) => after.get(key)?.uid !== known(key)?.uid)
  return [
    ...gone.map((key): PodChange => [known(key) ?? null, null]),
    ...[...after].map(([key, pod]): PodChange => [known(key)?.uid === pod.uid ? (known(key) ?? null) : null, pod]),
  ]
}

/** Told once, with all the ports behind which it happened; a workload behind none is not our business. */
function tellMove(state: ClusterState, move: Move, effects: Effect[]): void {
  const tracks = [...state.ports.tracks.values()].filter(({ path }) =>
    path.workloads.some(({ uid }) => uid === move.workload.uid),
  )
  const targets = tracks.map(({ path }) => path.mapping.target)
  const [target] = targets
  if (target === undefined) return
  const { kind, namespace, name } = move.workload
  const change: PlacementChange = {
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
  for (const track of tracks) noteHappening(track, { at: move.at, text: moveText(change) })
}
