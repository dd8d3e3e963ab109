import { type Inventory, knowsObjects } from '../cluster/inventory.ts'
import { enforcesPolicies } from '../cluster/policy-enforcement.ts'
import type { NodeContainer } from '../model/container.ts'
import type { Settings } from '../model/settings.ts'
import {
  type EndpointSliceSnapshot,
  keyOf,
  type NetworkPolicySnapshot,
  type NodeSnapshot,
  type PodSnapshot,
  type ServiceSnapshot,
  type VolumeClaimSnapshot,
  type VolumeSnapshot,
  type WorkloadSnapshot,
} from '../model/snapshot.ts'
import type { PreflightWorld } from '../model/world.ts'
import { balancedBy } from '../route/balanced.ts'
import { doorOf } from '../route/mapped-port.ts'
import { readMappings } from '../route/mapping.ts'
import type { CommandedCluster } from '../remedies/as-command.ts'

/** All of a cluster that runs which a forecast reads: plain data, so that it can be made elsewhere as well. */
export interface ClusterObjects {
  cluster: string
  /** What the commands of the remedies name. */
  settings: Pick<Settings, 'context' | 'kubeconfig'>
  containers: readonly NodeContainer[]
  nodes: readonly NodeSnapshot[]
  services: readonly ServiceSnapshot[]
  /** The nodes to which a balancer leads each of its ports, as it says; ports of one that does not are left out. */
  backends: readonly (readonly [door: string, nodes: string[]])[]
  /** Of Services without a selector alone: those of the others follow from the pods. */
  slices: readonly EndpointSliceSnapshot[]
  workloads: readonly WorkloadSnapshot[]
  pods: readonly PodSnapshot[]
  policies: readonly NetworkPolicySnapshot[]
  /** PersistentVolumes and their claims. */
  volumes: readonly (VolumeSnapshot | VolumeClaimSnapshot)[]
  /** Why it is not known where volumes are; null where it is. */
  volumesUnknown: string | null
  /** Does the pod network enforce NetworkPolicies? null where that cannot be known. */
  enforcesPolicies: boolean | null
}

/** As much of a cluster's state as its objects are read from. */
interface ObservedCluster {
  readonly name: string
  readonly settings: Readonly<Settings>
  readonly inventory: Readonly<Inventory>
}

/** null while the objects are not known. */
export function objectsOf({ name, settings, inventory }: ObservedCluster): ClusterObjects | null {
  if (!knowsObjects(inventory)) return null
  const services = [...inventory.services.values()]
  const byHand = new Set(services.filter(hasNoSelector).map(({ namespace, name }) => `${namespace}/${name}`))
  return {
    cluster: name,
    settings: { context: settings.context, kubeconfig: settings.kubeconfig },
    containers: inventory.containers,
    nodes: [...inventory.nodes.values()],
    services,
    backends: backendsIn(inventory),
    slices: [...inventory.slices.values()].filter(({ namespace, service }) => byHand.has(`${namespace}/${service}`)),
    workloads: [...inventory.workloads.values()],
    pods: [...inventory.pods.values()],
    policies: [...inventory.policies.values()],
    volumes: [...inventory.volumes.values()],
    volumesUnknown: inventory.lost.get('persistentvolumes') ?? inventory.lost.get('persistentvolumeclaims') ?? null,
    enforcesPolicies: enforcesPolicies(inventory),
  }
}

/** The cluster as it runs, all of its pods to be placed again. */
export function worldOf(objects: ClusterObjects): PreflightWorld {
  return {
    ...objects,
    isComplete: true,
    machine: null,
    network: null,
    backends: new Map(objects.backends),
    superseded: [],
    staying: [],
    routes: [],
    customs: [],
    autoscalers: [],
    flaws: new Map(),
    doubts: new Map(),
    neededFamilies: new Map(),
    unread: [],
    patching: [],
    loadBalancers: null,
  }
}

/** What the commands of its remedies are made from. */
export function commandedBy({ settings, workloads, policies }: ClusterObjects): CommandedCluster {
  return {
    settings,
    inventory: {
      workloads: new Map(workloads.map((one) => [keyOf(one), one])),
      policies: new Map(policies.map((one) => [keyOf(one), one])),
    },
  }
}

function backendsIn(inventory: Readonly<Inventory>): ClusterObjects['backends'] {
  return readMappings(inventory.containers).flatMap((mapping) => {
    const balanced = balancedBy(inventory, mapping, mapping.container)
    if (balanced === null || mapping.service !== undefined) return []
    return [[doorOf(mapping.container.name, mapping), balanced.backends.map(({ node }) => node)] as const]
  })
}

/** Its endpoints are written by hand; those of the others follow from the pods. */
function hasNoSelector({ selector }: ServiceSnapshot): boolean {
  return Object.keys(selector).length === 0
}
