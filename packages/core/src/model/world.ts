import type { NodeContainer } from './container.ts'
import type {
  EndpointSliceSnapshot,
  NetworkPolicySnapshot,
  NodeSnapshot,
  PodSnapshot,
  ServiceSnapshot,
  VolumeClaimSnapshot,
  VolumeSnapshot,
  WorkloadSnapshot,
} from './snapshot.ts'

/** What is known of one cluster before anything happens: from files, or as it runs now. */
export interface PreflightWorld {
  cluster: string
  containers: readonly NodeContainer[]
  nodes: readonly NodeSnapshot[]
  services: readonly ServiceSnapshot[]
  slices: readonly EndpointSliceSnapshot[]
  workloads: readonly WorkloadSnapshot[]
  pods: readonly PodSnapshot[]
  policies: readonly NetworkPolicySnapshot[]
  /** PersistentVolumes and their claims. */
  volumes: readonly (VolumeSnapshot | VolumeClaimSnapshot)[]
  /** Why it is not known where volumes are; null where it is. */
  volumesUnknown: string | null
  routes: readonly RouteSnapshot[]
  /** Does the pod network enforce NetworkPolicies? null where that cannot be known. */
  enforcesPolicies: boolean | null
  /** Something hands out addresses to Services of type LoadBalancer; null when that cannot be known. */
  loadBalancers: boolean | null
}

/** An Ingress, or an IngressClass that it may belong to. */
export type RouteSnapshot =
  | { kind: 'Ingress'; namespace: string; name: string; className: string | null }
  | { kind: 'IngressClass'; namespace: ''; name: string; isDefault: boolean }
