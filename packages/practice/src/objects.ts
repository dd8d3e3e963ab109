/** Kubernetes objects as the practice cluster keeps them: the API's own shape, with the fields that somebody reads. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: Metadata
  spec?: object
  status?: object
}

export interface Metadata {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
}

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
}

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime: string
}

export interface Taint {
  key: string
  value?: string
  effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

export interface Toleration {
  key?: string
  operator?: 'Exists' | 'Equal'
  value?: string
  effect?: string
  tolerationSeconds?: number
}

export interface Node extends KubeObject {
  spec: { unschedulable?: boolean; taints?: Taint[]; podCIDR: string }
  status: { conditions: Condition[]; addresses: { type: string; address: string }[]; nodeInfo: Record<string, string> }
}

export interface PodSpec {
  nodeName?: string
  hostNetwork?: boolean
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
  terminationGracePeriodSeconds?: number
  containers: Container[]
}

export interface Container {
  name: string
  image: string
  /** The practice application: `serve http` or `serve tcp`. */
  command?: string[]
  ports?: { name?: string; containerPort: number; hostPort?: number; protocol?: string }[]
  readinessProbe?: object
}

export interface Pod extends KubeObject {
  spec: PodSpec
  status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed'
    conditions: Condition[]
    hostIP?: string
    podIP?: string
    podIPs?: { ip: string }[]
    startTime?: string
    containerStatuses?: ContainerStatus[]
  }
}

export interface ContainerStatus {
  name: string
  image: string
  ready: boolean
  restartCount: number
  containerID: string
  state: { running?: { startedAt: string }; waiting?: { reason: string } }
}

export interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> }
  spec: PodSpec
}

export interface ReplicaSet extends KubeObject {
  spec: { replicas: number; selector: { matchLabels: Record<string, string> }; template: PodTemplate }
  status: { replicas: number; readyReplicas: number; availableReplicas: number; observedGeneration: number }
}

export interface Deployment extends KubeObject {
  spec: {
    replicas: number
    selector: { matchLabels: Record<string, string> }
    template: PodTemplate
    strategy: {
      type: 'RollingUpdate' | 'Recreate'
      rollingUpdate?: { maxSurge: number | string; maxUnavailable: number | string }
    }
  }
  status: {
    replicas: number
    updatedReplicas: number
    readyReplicas: number
    availableReplicas: number
    unavailableReplicas: number
    observedGeneration: number
  }
}

export interface ServicePort {
  name?: string
  port: number
  targetPort: number | string
  nodePort?: number
  protocol: 'TCP'
  appProtocol?: string
}

export interface Service extends KubeObject {
  spec: {
    type: 'ClusterIP' | 'NodePort'
    clusterIP: string
    selector?: Record<string, string>
    externalTrafficPolicy?: 'Cluster' | 'Local'
    internalTrafficPolicy?: 'Cluster'
    ports: ServicePort[]
  }
  status: { loadBalancer: object }
}

/** What a controller other than the cluster's own leaves out, is left out. */
export interface Endpoint {
  addresses: string[]
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean }
  nodeName?: string
  targetRef?: { kind?: string; name?: string; namespace?: string; uid?: string }
}

export interface EndpointSlice extends KubeObject {
  addressType: 'IPv4'
  endpoints: Endpoint[]
  ports: { name: string; port?: number; protocol: string }[]
}

export interface NetworkPolicy extends KubeObject {
  spec: {
    podSelector: { matchLabels?: Record<string, string> }
    policyTypes: ('Ingress' | 'Egress')[]
    ingress?: { from?: { podSelector?: object; ipBlock?: { cidr: string } }[] }[]
  }
}

export interface Ingress extends KubeObject {
  spec: {
    ingressClassName?: string
    rules?: {
      host?: string
      http?: {
        paths: {
          path?: string
          pathType: string
          backend: { service?: { name: string; port?: { number?: number; name?: string } } }
        }[]
      }
    }[]
  }
}

export interface KubeEvent extends KubeObject {
  involvedObject: { kind: string; namespace: string; name: string; uid: string; apiVersion: string }
  reason: string
  message: string
  type: 'Normal' | 'Warning'
  count: number
  firstTimestamp: string
  lastTimestamp: string
  source: { component: string }
}

/** What is kept under each plural name. */
export interface Kinds {
  nodes: Node
  pods: Pod
  services: Service
  endpointslices: EndpointSlice
  replicasets: ReplicaSet
  deployments: Deployment
  statefulsets: KubeObject
  daemonsets: KubeObject
  events: KubeEvent
  namespaces: KubeObject
  networkpolicies: NetworkPolicy
  ingresses: Ingress
  ingressclasses: KubeObject
  persistentvolumes: KubeObject
  persistentvolumeclaims: KubeObject
}

export type ResourceName = keyof Kinds

export function conditionOf(object: { status: { conditions: Condition[] } }, type: string): Condition | null {
  return object.status.conditions.find((one) => one.type === type) ?? null
}

export function isReady(pod: Pod | Node): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True'
}

/** Sets the condition in place; lastTransitionTime moves only with the status. */
export function setCondition(
  conditions: Condition[],
  wanted: Omit<Condition, 'lastTransitionTime'>,
  now: number,
): void {
  const known = conditions.find((one) => one.type === wanted.type)
  const lastTransitionTime = known?.status === wanted.status ? known.lastTransitionTime : timestamp(now)
  const condition = { ...wanted, lastTransitionTime }
  if (known === undefined) conditions.push(condition)
  else conditions[conditions.indexOf(known)] = condition
}

/** RFC 3339 to the second, as the API prints times. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function matchesLabels(wanted: Record<string, string>, labels: Record<string, string> | undefined): boolean {
  return Object.entries(wanted).every(([key, value]) => labels?.[key] === value)
}
