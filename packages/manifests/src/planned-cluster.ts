import type { ClusterNetwork, NodeContainer, NodeSnapshot, RouteSnapshot } from '@portolan/core'
import type { FileWarning, Places } from './place.ts'

/** The cluster that its tool will make of a config. */
export interface PlannedCluster {
  /** As Portolan calls it: that of k3d is `k3d-NAME`. */
  name: string
  /** Its config. */
  file: string
  network: ClusterNetwork
  nodes: NodeSnapshot[]
  containers: NodeContainer[]
  /** Nodes behind the ports of its balancer. */
  backends: Map<string, readonly string[]>
  /** What its own edge proxy brings. */
  routes: RouteSnapshot[]
  /** Its own, which is the default. */
  storageClass: 'standard' | 'local-path'
  places: Places
  warnings: FileWarning[]
}

/** Host ports of one cluster: three times as many as there are NodePorts. Each is compared with each other one. */
export const MOST_PORTS = 10_000

export interface ClusterOptions {
  /** `amd64`, `arm64`: that of the machine that will run the nodes. */
  arch: string
  /** As given on the command line, which beats that of the config; null where none is given. */
  name: string | null
  /** The same by the environment, for kind alone. */
  kindName: string | null
}

/** A node as a config sets it up, before it runs. */
export function plannedNode(
  name: string,
  arch: string,
  { labels, taints }: Pick<NodeSnapshot, 'labels' | 'taints'>,
): NodeSnapshot {
  return {
    kind: 'Node',
    namespace: '',
    name,
    uid: name,
    resourceVersion: '',
    createdAt: 0,
    labels: {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': arch,
      'beta.kubernetes.io/os': 'linux',
      'beta.kubernetes.io/arch': arch,
      ...labels,
    },
    taints,
    unschedulable: false,
    ready: null,
    addresses: [],
  }
}

export function plannedContainer(
  name: string,
  role: NodeContainer['role'],
  bindings: NodeContainer['bindings'],
): NodeContainer {
  return { id: name, name, role, state: 'created', startedAt: 0, addresses: [], bindings, wished: bindings }
}
