import type { MoveKind } from '../model/change.ts'
import { type Inventory, nodeNamed, rootWorkload } from './inventory.ts'
import { key } from './keys.ts'
import { isWorkload, type PodSnapshot, type WorkloadSnapshot } from '../model/snapshot.ts'

/** What happened to a pod of a workload, by UIDs, controllers and conditions. */
export interface Move {
  at: number
  workload: WorkloadSnapshot
  kind: MoveKind
  reason: string
  from: string[]
  to: string[]
}

/** Places that pods left and that no other pod has taken yet, oldest first. */
export interface MoveTracker {
  vacancies: Vacancy[]
}

type Vacancy = Pick<PodSnapshot, 'uid' | 'namespace' | 'owner' | 'node'> & { at: number; reason: string }

/** What was known of a pod under the same UID, and what is known now: null before it came, and once it is deleted. */
export type PodChange = readonly [before: PodSnapshot | null, after: PodSnapshot | null]

/** A place that is not taken within this time is forgotten. */
const FORGET_AFTER_MS = 10 * 60_000

export function createMoveTracker(): MoveTracker {
  return { vacancies: [] }
}

/** The first list of pods: each is where it is, but the place of one that is on its way out may be vacant. */
export function findPods(tracker: MoveTracker, inventory: Inventory, pods: Iterable<PodSnapshot>, at: number): void {
  const leaving = [...pods].filter((pod) => pod.node !== null && !isPlaced(pod))
  for (const pod of leaving.sort((a, b) => a.deletedAt - b.deletedAt)) leave(tracker, inventory, pod, at)
}

/** Pods that were set or deleted. A whole list shows them all at once: those that left made room for those that came. */
export function trackPods(
  tracker: MoveTracker,
  inventory: Inventory,
  changes: readonly PodChange[],
  at: number,
): Move[] {
  for (const [before, after] of changes) {
    if (isPlaced(after)) continue
    const pod = after ?? before
    if (pod !== null && pod.node !== null && (before === null || isPlaced(before))) leave(tracker, inventory, pod, at)
    else if (pod !== null && pod.disruption !== null) explain(tracker, inventory, pod)
  }
  const comes = ([before, after]: PodChange) => isPlaced(after) && (before === null || before.node === null)
  const coming = new Set(changes.filter(comes).map(([, after]) => after?.uid))
  return changes.flatMap(([before, after]) => {
    const workload = after === null ? null : rootWorkload(inventory, after.namespace, after.owner)
    if (workload === null || !isPlaced(after)) return []
    if (before !== null && !coming.has(after.uid)) return restarted(before, after, workload, at) ?? []
    const vacancies = vacanciesOf(tracker, inventory, workload, coming)
    coming.delete(after.uid)
    return arrive(tracker, inventory, workload, after, vacancies, at) ?? []
  })
}

/** A workload was set: another number of replicas explains pods that come or go. */
export function trackScale(
  tracker: MoveTracker,
  inventory: Inventory,
  before: WorkloadSnapshot,
  after: WorkloadSnapshot,
  at: number,
): Move[] {
  if (before.uid !== after.uid || before.replicas === after.replicas) return []
  if (after.owner !== null || after.kind === 'DaemonSet') return []
  vacanciesOf(tracker, inventory, after.replicas < before.replicas ? after : before)
  const reason = `from ${before.replicas} to ${after.replicas} replicas`
  return [{ at, workload: after, kind: 'scaled', reason, from: nodesOf(inventory, after), to: [] }]
}

/** It has a node and is there to stay. */
function isPlaced(pod: PodSnapshot | null): pod is PodSnapshot & { node: string } {
  return pod !== null && pod.node !== null && pod.deletedAt === 0 && pod.phase !== 'Failed' && pod.phase !== 'Succeeded'
}

function leave(tracker: MoveTracker, inventory: Inventory, pod: PodSnapshot, at: number): void {
  const { uid, namespace, owner, node } = pod
  tracker.vacancies = tracker.vacancies.filter((one) => at - one.at < FORGET_AFTER_MS)
  tracker.vacancies.push({ uid, namespace, owner, node, at, reason: whyItLeft(inventory, pod) })
}

/** Why it left is known better now. */
function explain(tracker: MoveTracker, inventory: Inventory, pod: PodSnapshot): void {
  const known = tracker.vacancies.find(({ uid }) => uid === pod.uid)
  if (known !== undefined) known.reason = whyItLeft(inventory, pod)
}

/**
 * The places of a workload that are vacant: as many as it lacks pods, the newest. By that whatever was not seen, since a
 * watch began in the middle of it or was cut off, never outlasts the next time that all pods are there.
 *
 * @param coming pods that are not yet counted
 */
function vacanciesOf(
  tracker: MoveTracker,
  inventory: Inventory,
  workload: WorkloadSnapshot,
  coming: ReadonlySet<string | undefined> = new Set(),
): Vacancy[] {
  const own = tracker.vacancies.filter(
    ({ namespace, owner }) => rootWorkload(inventory, namespace, owner)?.uid === workload.uid,
  )
  const placed = podsOf(inventory, workload).filter((pod) => isPlaced(pod) && !coming.has(pod.uid))
  const taken = own.slice(0, Math.max(0, own.length - Math.max(0, workload.replicas - placed.length)))
  tracker.vacancies = tracker.vacancies.filter((one) => !taken.includes(one))
  return own.slice(taken.length)
}

/** A new pod: it takes the place of the one that left first, if any did; that of a DaemonSet only the same place. */
function arrive(
  tracker: MoveTracker,
  inventory: Inventory,
  workload: WorkloadSnapshot,
  pod: PodSnapshot & { node: string },
  vacancies: readonly Vacancy[],
  at: number,
): Move | null {
  const to = pod.node
  const siblings = vacancies.filter(({ owner }) => owner?.uid === pod.owner?.uid)
  const here = siblings.find(({ node }) => node === to)
  const left = workload.kind === 'DaemonSet' ? here : (here ?? siblings[0] ?? vacancies[0])
  tracker.vacancies = tracker.vacancies.filter((one) => one !== left)
  const isRollout = left === undefined || left.owner?.uid !== pod.owner?.uid
  if (isRollout) {
    const from = left === undefined ? otherReplicaSets(inventory, workload, pod) : [left.node ?? '?']
    return from.length === 0 ? null : { at, workload, kind: 'rollout', reason: 'rollout', from, to: [to] }
  }
  const kind = left.node === to ? 'recreated' : 'rescheduled'
  return { at, workload, kind, reason: left.reason, from: [left.node ?? '?'], to: [to] }
}

/** Nodes of pods that another ReplicaSet of the same Deployment holds: there while a rollout adds before it removes. */
function otherReplicaSets(inventory: Inventory, workload: WorkloadSnapshot, { owner }: PodSnapshot): string[] {
  if (owner?.uid === workload.uid) return []
  return nodesOf(inventory, workload, (pod) => pod.owner?.uid !== owner?.uid)
}

function restarted(before: PodSnapshot, after: PodSnapshot, workload: WorkloadSnapshot, at: number): Move | null {
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

function nodesOf(
  inventory: Inventory,
  workload: WorkloadSnapshot,
  wanted: (pod: PodSnapshot) => boolean = () => true,
): string[] {
  return podsOf(inventory, workload)
    .flatMap((pod) => (isPlaced(pod) && wanted(pod) ? [pod.node] : []))
    .sort()
}

/** The pods that it controls, by itself or through its ReplicaSets. */
function podsOf({ index }: Inventory, { uid }: WorkloadSnapshot): PodSnapshot[] {
  const owned = [...index.of(key.ownedBy(uid))]
  return [...owned, ...owned.filter(isWorkload).flatMap((one) => [...index.of(key.ownedBy(one.uid))])].filter(
    (one) => one.kind === 'Pod',
  )
}

/**
 * Source: Kubernetes, "Disruptions", pod disruption conditions. Rollouts and plain deletions carry none.
 */
function whyItLeft(inventory: Inventory, pod: PodSnapshot): string {
  const cordoned = pod.node !== null && nodeNamed(inventory, pod.node)?.unschedulable === true
  switch (pod.disruption?.reason) {
    case undefined:
      return hasFailed(pod) ? 'the pod failed' : 'deleted'
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

/** By itself: one that is deleted ends as failed as well, where a container outlasts the grace period and is killed. */
function hasFailed({ phase, deletedAt, containers }: PodSnapshot): boolean {
  if (phase !== 'Failed') return false
  return deletedAt === 0 || containers.some((one) => one.exitCode !== 0 && one.since > 0 && one.since < deletedAt)
}
