import type { OwnerRef, PodPlacement, Rollout, ServiceSnapshot } from '../model/snapshot.ts'
import type { PreflightWorld } from '../model/world.ts'

/** Pods that the scheduler treats alike: those of one workload, or a pod of its own. */
export interface PodGroup {
  kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet' | 'Pod'
  namespace: string
  name: string
  /** null: one on each node that may hold it. */
  replicas: number | null
  template: PodPlacement
  rollout: Rollout | null
  managedByHelm: boolean
}

/** Every group once: a Deployment, not its ReplicaSets; a pod only where no workload is behind it. */
export function podGroups(world: PreflightWorld): PodGroup[] {
  const known = new Set(world.workloads.map((workload) => workload.uid))
  const isRoot = ({ owner }: { owner: OwnerRef | null }) => owner === null || !known.has(owner.uid)
  return [
    ...world.workloads.filter(isRoot).map((workload) => ({
      kind: workload.kind,
      namespace: workload.namespace,
      name: workload.name,
      replicas: workload.kind === 'DaemonSet' ? null : workload.replicas,
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

export function groupName(group: PodGroup): string {
  return `${group.kind} ${group.namespace}/${group.name}`
}

export function isSelectedBy(service: ServiceSnapshot, group: PodGroup): boolean {
  const wanted = Object.entries(service.selector)
  return (
    wanted.length > 0 &&
    group.namespace === service.namespace &&
    wanted.every(([key, value]) => group.template.labels[key] === value)
  )
}

/** A port that the pods take on their own node: a host port, or any declared port on the host's network. */
export interface HostPort {
  port: number
  hostIP: string
  protocol: string
}

export function hostPortsOf(template: PodPlacement): HostPort[] {
  return template.ports
    .map(({ hostPort, containerPort, hostIP, protocol }) => ({
      port: hostPort || (template.hostNetwork ? containerPort : 0),
      hostIP,
      protocol,
    }))
    .filter((one) => one.port > 0)
}
