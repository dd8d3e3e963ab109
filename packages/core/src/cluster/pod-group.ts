import {
  keyOf,
  type OwnerRef,
  type PodPlacement,
  type PodSnapshot,
  type Rollout,
  type ServiceSnapshot,
} from '../model/snapshot.ts'
import type { AnyWorkload, AutoscalerSnapshot, PreflightWorld } from '../model/world.ts'
import { key } from './keys.ts'

/** Pods that the scheduler treats alike: those of one workload, or a pod of its own. */
export interface PodGroup {
  kind: string
  namespace: string
  name: string
  /** null: one on each node that may hold it. */
  replicas: number | null
  template: PodPlacement
  rollout: Rollout | null
  managedByHelm: boolean
}

/** Kinds of which it is known where the scheduler puts their pods. */
const KNOWN_KINDS = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Pod', 'ReplicationController'])

/** How many pods there will be, and where, is up to a controller that nobody here knows. */
export function isForeign({ kind }: Pick<PodGroup, 'kind'>): boolean {
  return !KNOWN_KINDS.has(kind)
}

/** Every group once: a Deployment, not its ReplicaSets; a pod only where no workload is behind it. */
export function podGroups(world: PreflightWorld): PodGroup[] {
  const { autoscalers } = world
  const known = new Set(world.workloads.map((workload) => workload.uid))
  const isRoot = ({ owner }: { owner: OwnerRef | null }) => owner === null || !known.has(owner.uid)
  return [
    ...world.workloads.filter(isRoot).map((workload) => ({
      kind: workload.kind,
      namespace: workload.namespace,
      name: workload.name,
      replicas: workload.kind === 'DaemonSet' ? null : replicasOf(workload, autoscalers),
      template: workload.template,
      rollout: workload.rollout ?? null,
      managedByHelm: workload.managedByHelm,
    })),
    ...world.pods
      .filter((pod) => pod.owner === null)
      .map((pod) => ({
        kind: pod.kind,
        namespace: pod.namespace,
        name: pod.name,
        replicas: 1,
        template: pod.placement,
        rollout: null,
        managedByHelm: false,
      })),
  ]
}

/**
 * Source: Kubernetes, "Horizontal Pod Autoscaling": it is off while the object that it scales asks for no pods. KEDA,
 * "Scaling Deployments": it scales from nothing.
 */
function replicasOf(workload: AnyWorkload, autoscalers: readonly AutoscalerSnapshot[]): number {
  const scaler = scalerOf(workload, autoscalers)
  if (scaler === null || (scaler.kind === 'HorizontalPodAutoscaler' && workload.replicas === 0))
    return workload.replicas
  return Math.max(workload.replicas, scaler.least)
}

export function scalerOf(
  { kind, namespace, name }: Pick<PodGroup, 'kind' | 'namespace' | 'name'>,
  autoscalers: readonly AutoscalerSnapshot[],
): AutoscalerSnapshot | null {
  return (
    autoscalers.find(
      ({ namespace: where, target }) => where === namespace && target.kind === kind && target.name === name,
    ) ?? null
  )
}

/** @returns the `keyOf` of the group that a pod belongs to */
export function groupOfPod(workloads: readonly AnyWorkload[]): (pod: PodSnapshot) => string {
  const byUid = new Map(workloads.map((workload) => [workload.uid, workload]))
  return (pod) => {
    const above: AnyWorkload[] = []
    let next = byUid.get(pod.owner?.uid ?? '')
    // References that somebody wrote by hand may lead in a circle.
    while (next !== undefined && !above.includes(next)) {
      above.push(next)
      next = byUid.get(next.owner?.uid ?? '')
    }
    return keyOf(above.at(-1) ?? pod)
  }
}

export function groupName(group: PodGroup): string {
  return `${group.kind} ${group.namespace}/${group.name}`
}

/**
 * The pods of the group that a Service selects; null for none. Controllers add labels that no template has: of a
 * StatefulSet one pod can be named by them, and of a revision nobody can know beforehand which it is.
 *
 * Source: Kubernetes, "Well-Known Labels": pod-name, pod-index, pod-template-hash, controller-revision-hash, job-name.
 */
export function selectedPods(service: ServiceSnapshot, group: PodGroup): PodGroup | null {
  const wanted = Object.entries(service.selector)
  if (wanted.length === 0 || group.namespace !== service.namespace) return null
  const added = wanted.filter(([key, value]) => group.template.labels[key] !== value)
  if (!added.every(([key, value]) => mayAdd(group, key, value))) return null
  const isOne = added.some(([key]) => key === POD_NAME || key === POD_INDEX)
  return isOne && group.replicas !== null ? { ...group, replicas: Math.min(1, group.replicas) } : group
}

/** Finds the pods that a Service selects without asking each group: a cluster may have thousands of both. */
export function createSelection(groups: readonly PodGroup[]): (service: ServiceSnapshot) => PodGroup[] {
  const labelled = groups.flatMap((group) =>
    Object.entries(group.template.labels).map(([name, value]) => ({
      label: key.label(group.namespace, name, value),
      group,
    })),
  )
  const byLabel = Map.groupBy(labelled, ({ label }) => label)
  const known = new Map<string, PodGroup[]>()
  /** Thousands of Services may have one selector. */
  return (service) =>
    known.getOrInsertComputed(JSON.stringify([service.namespace, service.selector]), () => find(service))

  function find(service: ServiceSnapshot): PodGroup[] {
    const written = Object.entries(service.selector).find(([name]) => !ADDED.has(name))
    const near =
      written === undefined
        ? groups
        : (byLabel.get(key.label(service.namespace, ...written)) ?? []).map(({ group }) => group)
    return near.flatMap((group) => selectedPods(service, group) ?? [])
  }
}

const POD_NAME = 'statefulset.kubernetes.io/pod-name'
const POD_INDEX = 'apps.kubernetes.io/pod-index'
const TEMPLATE_HASH = 'pod-template-hash'
const REVISION_HASH = 'controller-revision-hash'
const JOB_NAMES = new Set(['job-name', 'batch.kubernetes.io/job-name'])
/** Labels that no template has. */
const ADDED = new Set([POD_NAME, POD_INDEX, TEMPLATE_HASH, REVISION_HASH, ...JOB_NAMES])

function mayAdd({ kind, name, replicas }: PodGroup, key: string, value: string): boolean {
  switch (kind) {
    case 'StatefulSet': {
      if (key === REVISION_HASH) return true
      const index =
        key === POD_INDEX ? value : key === POD_NAME && value.startsWith(`${name}-`) ? value.slice(name.length + 1) : ''
      return /^\d+$/.test(index) && Number(index) < (replicas ?? 0)
    }
    case 'Deployment':
    case 'ReplicaSet':
      return key === TEMPLATE_HASH
    case 'DaemonSet':
      return key === REVISION_HASH
    case 'Job':
      return JOB_NAMES.has(key) && value === name
    default:
      return false
  }
}
