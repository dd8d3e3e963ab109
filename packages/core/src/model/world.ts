import type { Cause } from './cause.ts'
import type { NodeContainer } from './container.ts'
import type {
  EndpointSliceSnapshot,
  NetworkPolicySnapshot,
  NodeSnapshot,
  PodSnapshot,
  Requests,
  ServiceSnapshot,
  VolumeClaimSnapshot,
  VolumeSnapshot,
  WorkloadSnapshot,
} from './snapshot.ts'

/** What is known of one cluster before anything happens: from files, or as it runs now. */
export interface PreflightWorld {
  cluster: string
  /** All objects of the cluster are here, as of one that runs. Of files nobody knows what else will be applied. */
  isComplete: boolean
  /** What every node has, for the nodes of kind share their machine. null where that is not known. */
  machine: Requests | null
  /** null where it is not known, as of a cluster that runs. */
  network: ClusterNetwork | null
  containers: readonly NodeContainer[]
  nodes: readonly NodeSnapshot[]
  /** Nodes behind the ports of balancers, by `doorOf`. */
  backends: ReadonlyMap<string, readonly string[]>
  services: readonly ServiceSnapshot[]
  /** Services that another one of the same name replaced later on in the files. */
  superseded: readonly ServiceSnapshot[]
  slices: readonly EndpointSliceSnapshot[]
  workloads: readonly AnyWorkload[]
  pods: readonly PodSnapshot[]
  /** Those of the pods that stay on their nodes while the others are placed again. */
  staying: readonly PodSnapshot[]
  policies: readonly NetworkPolicySnapshot[]
  /** PersistentVolumes and their claims. */
  volumes: readonly (VolumeSnapshot | VolumeClaimSnapshot)[]
  /** Why it is not known where volumes are; null where it is. */
  volumesUnknown: string | null
  routes: readonly RouteSnapshot[]
  /** Objects that nobody here knows: what runs for them may make pods, Services and listeners. */
  customs: readonly CustomSnapshot[]
  autoscalers: readonly AutoscalerSnapshot[]
  /** What is wrong with workloads and pods by themselves, by `keyOf`. */
  flaws: ReadonlyMap<string, Flaw>
  /** What may keep objects from serving, and is not decided by the files, by `keyOf`: that of pods by what makes them. */
  doubts: ReadonlyMap<string, Doubt>
  /** Families without which a Service is not wanted at all, by `keyOf`. */
  neededFamilies: ReadonlyMap<string, readonly ('IPv4' | 'IPv6')[]>
  /** What was met and could not be read, as `the chart charts/web`. */
  unread: readonly string[]
  /** What was not rendered and may change objects that were read. */
  patching: readonly string[]
  /** Does the pod network enforce NetworkPolicies? null where that cannot be known. */
  enforcesPolicies: boolean | null
  /** Something hands out addresses to Services of type LoadBalancer; null when that cannot be known. */
  loadBalancers: boolean | null
}

/** Also one that Kubernetes itself does not know, as an Argo Rollout, or a Job. */
export type AnyWorkload = Omit<WorkloadSnapshot, 'kind'> & { kind: string }

/**
 * `refused`: the API server does not take the object. `open`: the file does not show whether it does, or where its pods may
 * run. `idle`: it makes no pods. `waiting`: something that is not in the files decides whether its pods run. `unready`: its
 * pods never become ready. `gated`: something that is not in the files decides whether they do. `barred`: the API server
 * takes the object and none of its pods.
 */
export interface Flaw {
  kind: 'refused' | 'open' | 'idle' | 'waiting' | 'unready' | 'gated' | 'barred'
  because: string
}

/** For a sentence that the object begins. */
export interface Doubt {
  because: string
  /** What would be to blame; null where it may be anything. */
  cause: Cause | null
}

export interface CustomSnapshot {
  kind: string
  namespace: string
  name: string
  /** Of a Gateway of Istio. */
  listens?: {
    /** Labels of the pods that listen for it. */
    selector: Record<string, string>
    /** As the Services of the pods number them. */
    ports: number[]
  }
}

/** Sets the number of pods of another object. */
export interface AutoscalerSnapshot extends CustomSnapshot {
  target: { kind: string; name: string }
  /** Pods below which it never goes. */
  least: number
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
  /** Where the host reaches the API server; null where the tool picks a free port. */
  apiServer: { address: string; port: number } | null
  /** Serves the port of each Service of type LoadBalancer at every node, as ServiceLB of k3s does. */
  servesBalancers: boolean
  /** Ports of every node that an edge proxy of its own takes, as the Traefik of k3s does. */
  edgePorts: readonly number[]
  /** Both ends included. The API server refuses a NodePort outside of it. */
  nodePortRange: { first: number; last: number }
  /** Networks (CIDR) that clusterIPs are of; empty where they are not known. */
  serviceRanges: string[]
}

/** An Ingress, or an IngressClass that it may belong to. */
export type RouteSnapshot =
  | { kind: 'Ingress'; namespace: string; name: string; className: string | null }
  | { kind: 'IngressClass'; namespace: ''; name: string; takesUnnamed: boolean }
