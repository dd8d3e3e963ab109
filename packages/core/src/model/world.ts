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
  /** null where it is not known, as of a cluster that runs. */
  network: ClusterNetwork | null
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

/** How a cluster's own network is set up, going by its config. */
export interface ClusterNetwork {
  family: 'ipv4' | 'ipv6' | 'dual'
  /** Brings a pod network of its own; without one pods wait until somebody installs one. */
  hasPodNetwork: boolean
  /** `none`: no kube-proxy runs, so that nobody serves NodePorts unless something else is installed for it. */
  proxyMode: 'iptables' | 'nftables' | 'ipvs' | 'none'
  /** Networks (CIDR) or `primary`, at whose addresses alone kube-proxy serves NodePorts; empty: at all. */
  nodePortAddresses: string[]
  /** Both ends included. The API server refuses a NodePort outside of it. */
  nodePortRange: { first: number; last: number }
}

/** An Ingress, or an IngressClass that it may belong to. */
export type RouteSnapshot =
  | { kind: 'Ingress'; namespace: string; name: string; className: string | null }
  | { kind: 'IngressClass'; namespace: ''; name: string; isDefault: boolean }
