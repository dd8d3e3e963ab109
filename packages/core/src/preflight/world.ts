import type { NodeContainer } from '../container.ts'
import type {
  EndpointSliceSnapshot,
  LabelSelector,
  NodeSnapshot,
  PodSnapshot,
  ServiceSnapshot,
  WorkloadSnapshot,
} from '../snapshot.ts'

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
  routes: readonly RouteSnapshot[]
  /** Something hands out addresses to Services of type LoadBalancer; null when that cannot be known. */
  loadBalancers: boolean | null
}

/** The ingress half of a NetworkPolicy. */
export interface NetworkPolicySnapshot {
  kind: 'NetworkPolicy'
  namespace: string
  name: string
  pods: LabelSelector
  /** Each lets some sources in to some ports. None: nobody gets in. */
  ingress: IngressAllowance[]
}

export interface IngressAllowance {
  /** Sources that are not pods may be among those let in: no `from`, or an ipBlock. */
  outsiders: boolean
  /** Numbers or container port names, as text; empty: every port. */
  ports: string[]
}

/** An Ingress, or an IngressClass that it may belong to. */
export type RouteSnapshot =
  | { kind: 'Ingress'; namespace: string; name: string; className: string | null }
  | { kind: 'IngressClass'; namespace: ''; name: string; isDefault: boolean }
