import type {
  GatewayClassSnapshot,
  GatewaySnapshot,
  HTTPRouteSnapshot,
  IngressClassSnapshot,
  IngressRouteSnapshot,
  OtherRouteSnapshot,
  IngressSnapshot,
} from './edge-snapshot.ts'
import type { Condition, Identified } from './identified.ts'

/**
 * Kubernetes objects, trimmed to what the join and the diagnosis use. Times are milliseconds since the epoch.
 */
export type ObjectSnapshot =
  | NodeSnapshot
  | PodSnapshot
  | ServiceSnapshot
  | EndpointSliceSnapshot
  | WorkloadSnapshot
  | NetworkPolicySnapshot
  | VolumeSnapshot
  | VolumeClaimSnapshot
  | IngressSnapshot
  | IngressClassSnapshot
  | GatewaySnapshot
  | GatewayClassSnapshot
  | HTTPRouteSnapshot
  | IngressRouteSnapshot
  | OtherRouteSnapshot
  | EventSnapshot

/** The lists that are watched, by their plural names. */
export const RESOURCES = [
  'nodes',
  'pods',
  'services',
  'endpointslices',
  'replicasets',
  'deployments',
  'statefulsets',
  'daemonsets',
  'networkpolicies',
  'persistentvolumes',
  'persistentvolumeclaims',
  'ingresses',
  'ingressclasses',
  'gateways',
  'gatewayclasses',
  'httproutes',
  'ingressroutes',
  'grpcroutes',
  'tlsroutes',
  'tcproutes',
  'events',
] as const

export type Resource = (typeof RESOURCES)[number]

export interface Taint {
  key: string
  value: string
  effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

export interface NodeSnapshot extends Identified {
  kind: 'Node'
  labels: Record<string, string>
  taints: Taint[]
  /** Cordoned. */
  unschedulable: boolean
  ready: Condition | null
  /** InternalIP addresses. */
  addresses: string[]
}

export interface OwnerRef {
  kind: string
  name: string
  uid: string
}

export interface Toleration {
  key: string
  operator: 'Exists' | 'Equal'
  value: string
  /** Empty: every effect. */
  effect: string
}

/** One term of required node affinity: all of its expressions must match; terms are alternatives. */
export interface NodeSelectorTerm {
  matchExpressions: { key: string; operator: string; values: string[] }[]
  /** On `metadata.name`. */
  matchFields: { key: string; operator: string; values: string[] }[]
}

/** What a pod, or a workload's template, says about ports and about where it may run. */
export interface PodPlacement {
  labels: Record<string, string>
  hostNetwork: boolean
  ports: ContainerPort[]
  nodeSelector: Record<string, string>
  tolerations: Toleration[]
  /** Empty: any node. */
  requiredNodeTerms: NodeSelectorTerm[]
  /** Where its pods must be in relation to pods, those of its own workload included. Absent: no such demand. */
  podRules?: PodRule[]
  /** What a pod asks of its node. Absent: nothing that is known. */
  requests?: Requests
  /** The PersistentVolumeClaims that it mounts, by name. Absent: none. */
  claims?: string[]
  /** Of a StatefulSet's template: the claims of which each of its pods gets one of its own. */
  claimTemplates?: string[]
}

export interface Requests {
  /** CPUs; 0.5 is half of one. */
  cpu: number
  /** Bytes. */
  memory: number
}

/** A hard rule on the company of pods: required affinity, required anti-affinity, or a spread that is not to be broken. */
export interface PodRule {
  kind: 'together' | 'apart' | 'spread'
  topologyKey: string
  selector: LabelSelector
  /** Where the pods are looked for; empty: in its own namespace, null: in all. */
  namespaces: string[] | null
  /** Of a spread: by how many pods one domain may be ahead of the emptiest; else 0. */
  maxSkew: number
}

/** All of it must match; an empty one matches every pod. */
export interface LabelSelector {
  matchLabels: Record<string, string>
  matchExpressions: { key: string; operator: string; values: string[] }[]
}

export interface ContainerPort {
  name: string
  containerPort: number
  /** 0 when none. */
  hostPort: number
  hostIP: string
  protocol: string
}

export interface PodSnapshot extends Identified {
  kind: 'Pod'
  placement: PodPlacement
  /** null while it is not scheduled. */
  node: string | null
  owner: OwnerRef | null
  addresses: string[]
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  ready: boolean
  /** When the Ready condition last changed; 0 when unknown. */
  readySince: number
  /** The PodScheduled condition while it is False. */
  unschedulable: Condition | null
  /** The DisruptionTarget condition while it is True. */
  disruption: Condition | null
  /** When deletion was asked for; 0 when it was not. */
  deletedAt: number
  containers: ContainerSnapshot[]
  /** Its ports that a readiness or startup probe asks: where it is ready they have taken a connection. Absent: none. */
  probedPorts?: number[]
}

export interface ContainerSnapshot {
  name: string
  ready: boolean
  restartCount: number
  containerID: string
  state: 'waiting' | 'running' | 'terminated'
  /** As `CrashLoopBackOff`; empty while it runs. */
  reason: string
  message: string
  exitCode: number
  /** When the state began; 0 when unknown. */
  since: number
}

export interface ServiceSnapshot extends Identified {
  kind: 'Service'
  type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  selector: Record<string, string>
  externalTrafficPolicy: 'Cluster' | 'Local'
  /** Its address inside the cluster; absent for a headless one. */
  clusterIP?: string
  /** The Gateway in its namespace that a controller made it for. */
  madeFor?: string
  publishNotReadyAddresses: boolean
  /** Of type LoadBalancer with policy Local: where kube-proxy on each node says whether it has endpoints of its own. */
  healthCheckNodePort?: number
  /** Of type LoadBalancer: what its load balancer answers at; empty while it waits. Absent where only files are known. */
  balancerAddresses?: string[]
  /** Further addresses at which kube-proxy serves its ports (`externalIPs`), which may be those of nodes. Absent: none. */
  externalAddresses?: string[]
  ports: ServicePort[]
  /** Families of addresses that it is served in; absent where its file leaves that to the cluster. */
  families?: ('IPv4' | 'IPv6')[]
  /** Only those that start with `portolan.dev/`. */
  annotations: Record<string, string>
  managedByHelm: boolean
}

export interface ServicePort {
  name: string
  port: number
  /** A number or a container port's name, as text. */
  targetPort: string
  /** 0 when none. */
  nodePort: number
  protocol: 'TCP' | 'UDP' | 'SCTP'
  appProtocol: string
}

export interface EndpointSliceSnapshot extends Identified {
  kind: 'EndpointSlice'
  /** The Service that it belongs to (label `kubernetes.io/service-name`), in the same namespace; empty when none. */
  service: string
  /** Something else than the cluster's own controller wrote it (label `endpointslice.kubernetes.io/managed-by`). */
  byHand?: true
  addressType: 'IPv4' | 'IPv6' | 'FQDN'
  endpoints: EndpointSnapshot[]
  ports: { name: string; port: number; protocol: string }[]
}

/** `ready: null` in the API means ready, `serving: null` as ready, `terminating: null` false. */
export interface EndpointSnapshot {
  addresses: string[]
  node: string | null
  /** In the namespace of the slice; the UID may be empty. */
  pod: { name: string; uid: string } | null
  ready: boolean
  serving: boolean
  terminating: boolean
}

export interface WorkloadSnapshot extends Identified {
  kind: 'ReplicaSet' | 'Deployment' | 'StatefulSet' | 'DaemonSet'
  owner: OwnerRef | null
  /** Desired; for a DaemonSet the number that the controller counts. */
  replicas: number
  readyReplicas: number
  template: PodPlacement
  /** How a Deployment or DaemonSet replaces its pods, percentages worked out. Absent where it has no such strategy. */
  rollout?: Rollout
  managedByHelm: boolean
}

export interface Rollout {
  /** Pods that may run above the wanted number. */
  surge: number
  /** Pods that may be missing meanwhile. */
  unavailable: number
}

/** The ingress half of a NetworkPolicy. */
export interface NetworkPolicySnapshot extends Identified {
  kind: 'NetworkPolicy'
  pods: LabelSelector
  /** Each lets some sources in to some ports; empty: nobody gets in. null: it speaks of egress alone. */
  ingress: IngressAllowance[] | null
}

export interface IngressAllowance {
  /** Sources that are not pods may be among those let in: no `from`, or an ipBlock. */
  outsiders: boolean
  /** Which of these; absent: all of them. */
  blocks?: AddressBlock[]
  /**
   * Numbers, ranges as `8000-8100`, or container port names, of TCP where no other protocol is named, as in `53/UDP`;
   * empty: every port of every protocol.
   */
  ports: string[]
}

/** Addresses that are let in. */
export interface AddressBlock {
  cidr: string
  /** Those within it that are not. */
  except: string[]
}

/** A PersistentVolume: where a pod that mounts it has to run. */
export interface VolumeSnapshot extends Identified {
  kind: 'PersistentVolume'
  /** Required node affinity, terms are alternatives. Empty: any node. */
  nodeTerms: NodeSelectorTerm[]
}

export interface VolumeClaimSnapshot extends Identified {
  kind: 'PersistentVolumeClaim'
  /** The PersistentVolume that it is bound to; empty while it is bound to none. */
  volume: string
}

export interface EventSnapshot extends Identified {
  kind: 'Event'
  regarding: { kind: string; namespace: string; name: string; uid: string }
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  count: number
  /** When it last happened, precise to a second. */
  at: number
}

/** `Kind/namespace/name`: what an object is found by. A new UID under the same key is another object. */
export function keyOf(object: { kind: string; namespace: string; name: string }): string {
  return `${object.kind}/${object.namespace}/${object.name}`
}

/** One of the controllers that keep pods. */
export function isWorkload(object: ObjectSnapshot): object is WorkloadSnapshot {
  return ['ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind)
}
