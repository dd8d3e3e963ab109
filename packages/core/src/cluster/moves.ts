import type { MoveKind } from '../model/change.ts'
import { type Inventory, nodeNamed, rootWorkload } from './inventory.ts'
import type { PodSnapshot, WorkloadSnapshot } from '../model/snapshot.ts'

/** What happened to a pod of a workload: told from UIDs, controllers and conditions. */
export interface Move {
  at: number
  workload: WorkloadSnapshot
  kind: MoveKind
  reason: string
  from: string[]
  to: string[]
}

/** Pods that left, by the UID of the workload at the root of their controllers, until another takes their place. */
export interface MoveTracker {
  departures: Map<string, Departure[]>
  /** Departures still to come that are explained already: by fewer replicas, or by a pod that a rollout added first. */
  surplus: Map<string, number>
  /** Pods whose arrival has been told, or that were there when we came. */
  settled: Set<string>
  /** Pods that are on their way out. */
  leaving: Set<string>
}

interface Departure {
  uid: string
  owner: string
  node: string | null
  at: number
  reason: string
}

/** A place that is not taken within this time is forgotten. */
const FORGET_AFTER_MS = 10 * 60_000

export function createMoveTracker(): MoveTracker {
  return { departures: new Map(), surplus: new Map(), settled: new Set(), leaving: new Set() }
}

/** Pods of a whole list are where they are: no arrival is told of them. */
export function settlePods(tracker: MoveTracker, pods: Iterable<PodSnapshot>): void {
  for (const pod of pods) if (pod.node !== null) tracker.settled.add(pod.uid)
}

/**
 * A pod was set or deleted.
 *
 * @param before what was known under the same UID
 * @param after null when it was deleted
 */
export function trackPod(
  tracker: MoveTracker,
  inventory: Inventory,
  before: PodSnapshot | null,
  after: PodSnapshot | null,
  at: number,
): Move | null {
  const pod = after ?? before
  if (pod === null) return null
  const workload = rootWorkload(inventory, pod.namespace, pod.owner)
  if (workload === null) return null
  if (after === null || after.deletedAt > 0 || after.phase === 'Failed') {
    depart(tracker, inventory, workload, after ?? pod, at)
    if (after === null) {
      tracker.settled.delete(pod.uid)
      tracker.leaving.delete(pod.uid)
    }
    return null
  }
  if (after.node !== null && !tracker.settled.has(after.uid)) {
    tracker.settled.add(after.uid)
    return arrive(tracker, inventory, workload, after, at)
  }
  return restarted(before, after, workload, at)
}

/** A workload was set: another number of replicas explains pods that come or go. */
export function trackScale(
  tracker: MoveTracker,
  inventory: Inventory,
  before: WorkloadSnapshot | null,
  after: WorkloadSnapshot,
  at: number,
): Move | null {
  if (before === null || before.uid !== after.uid || before.replicas === after.replicas) return null
  if (after.owner !== null || after.kind === 'DaemonSet') return null
  if (after.replicas < before.replicas) {
    const early = tracker.departures.get(after.uid) ?? []
    const explained = Math.min(before.replicas - after.replicas, early.length)
    early.splice(early.length - explained, explained)
    tracker.surplus.set(after.uid, before.replicas - after.replicas - explained)
  }
  return {
    at,
    workload: after,
    kind: 'scaled',
    reason: `from ${before.replicas} to ${after.replicas} replicas`,
    from: nodesOf(inventory, after),
    to: [],
  }
}

function depart(
  tracker: MoveTracker,
  inventory: Inventory,
  workload: WorkloadSnapshot,
  pod: PodSnapshot,
  at: number,
): void {
  const departures = tracker.departures.get(workload.uid) ?? []
  const known = departures.find((one) => one.uid === pod.uid)
  if (known !== undefined) known.reason = whyItLeft(inventory, pod)
  if (tracker.leaving.has(pod.uid)) return
  tracker.leaving.add(pod.uid)
  const surplus = tracker.surplus.get(workload.uid) ?? 0
  if (surplus > 0) {
    tracker.surplus.set(workload.uid, surplus - 1)
    return
  }
  departures.push({ uid: pod.uid, owner: pod.owner?.uid ?? '', node: pod.node, at, reason: whyItLeft(inventory, pod) })
  tracker.departures.set(
    workload.uid,
    departures.filter((one) => at - one.at < FORGET_AFTER_MS),
  )
}

/** A new pod: it takes the place of the one that left first, if any did. */
function arrive(
  tracker: MoveTracker,
  inventory: Inventory,
  workload: WorkloadSnapshot,
  pod: PodSnapshot,
  at: number,
): Move | null {
  const to = pod.node ?? '?'
  const owner = pod.owner?.uid ?? ''
  const departures = tracker.departures.get(workload.uid) ?? []
  const index = departures.findIndex((one) => one.node === to && one.owner === owner)
  const [left] = departures.splice(Math.max(index, 0), departures.length === 0 ? 0 : 1)
  const others = left === undefined ? otherReplicaSets(inventory, workload, owner) : []
  if (left === undefined && others.length === 0) return null
  if (left === undefined) tracker.surplus.set(workload.uid, (tracker.surplus.get(workload.uid) ?? 0) + 1)
  const from = left === undefined ? others : [left.node ?? '?']
  if (left === undefined || left.owner !== owner) {
    return { at, workload, kind: 'rollout', reason: 'rollout', from, to: [to] }
  }
  return { at, workload, kind: left.node === to ? 'recreated' : 'rescheduled', reason: left.reason, from, to: [to] }
}

/** Nodes of pods that another ReplicaSet of the same Deployment holds: there while a rollout adds before it removes. */
function otherReplicaSets(inventory: Inventory, workload: WorkloadSnapshot, owner: string): string[] {
  if (owner === workload.uid) return []
  const nodes: string[] = []
  for (const pod of inventory.pods.values()) {
    if (pod.node === null || pod.owner === null || pod.owner.uid === owner) continue
    if (rootWorkload(inventory, pod.namespace, pod.owner)?.uid === workload.uid) nodes.push(pod.node)
  }
  return nodes.sort()
}

function restarted(
  before: PodSnapshot | null,
  after: PodSnapshot,
  workload: WorkloadSnapshot,
  at: number,
): Move | null {
  if (before === null || before.uid !== after.uid) return null
  for (const container of after.containers) {
    const known = before.containers.find((one) => one.name === container.name)
    if (known === undefined || container.restartCount <= known.restartCount) continue
    const node = after.node ?? '?'
    const why = known.state === 'terminated' && known.reason !== '' ? `: ${known.reason}` : ''
    return {
      at,
      workload,
      kind: 'restarted',
      reason: `container ${container.name} restarted${why}`,
      from: [node],
      to: [node],
    }
  }
  return null
}

function nodesOf(inventory: Inventory, workload: WorkloadSnapshot): string[] {
  const nodes: string[] = []
  for (const pod of inventory.pods.values()) {
    if (pod.node === null || pod.deletedAt > 0) continue
    if (rootWorkload(inventory, pod.namespace, pod.owner)?.uid === workload.uid) nodes.push(pod.node)
  }
  return nodes.sort()
}

/**
 * Source: Kubernetes, "Disruptions", pod disruption conditions. Rollouts and plain deletions carry none.
 */
function whyItLeft(inventory: Inventory, pod: PodSnapshot): string {
  const cordoned = pod.node !== null && nodeNamed(inventory, pod.node)?.unschedulable === true
  switch (pod.disruption?.reason) {
    case undefined:
      return pod.phase === 'Failed' ? 'the pod failed' : 'deleted'
    case 'EvictionByEvictionAPI':
      return cordoned ? `drain of ${pod.node}` : 'evicted through the API'
    case 'PreemptionByScheduler':
      return 'preempted by a pod of higher priority'
    case 'DeletionByTaintManager':
      return `evicted by a taint of ${pod.node}`
    case 'DeletionByPodGC':
      return `removed after its node ${pod.node} was gone`
    case 'TerminationByKubelet':
      return `ended by the kubelet of ${pod.node}`
    default:
      return pod.disruption?.reason ?? 'deleted'
  }
}
