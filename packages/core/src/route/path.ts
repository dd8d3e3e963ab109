import type { NodeContainer } from '../model/container.ts'
import { containerNamed, type Inventory, nodeNamed, rootWorkload } from '../cluster/inventory.ts'
import type { Mapping } from './mapping.ts'
import { policyAgainst } from '../cluster/network-policy.ts'
import type {
  NetworkPolicySnapshot,
  NodeSnapshot,
  PodPlacement,
  PodSnapshot,
  ServicePort,
  ServiceSnapshot,
  WorkloadSnapshot,
} from '../model/snapshot.ts'

/** How a port goes on from its node. */
export type Route =
  | { kind: 'nodePort'; service: ServiceSnapshot; port: ServicePort }
  | { kind: 'hostPort'; port: number }
  | { kind: 'hostNetwork'; port: number }
  | { kind: 'none' }

/** The join: host port -> node -> Service or host port -> endpoints -> their nodes, at one moment. */
export interface Path {
  mapping: Mapping
  container: NodeContainer
  node: NodeSnapshot | null
  route: Route
  /** In the order of their nodes' and pods' names. */
  endpoints: PathEndpoint[]
  /** The pods that are meant to answer, ready or not. */
  pods: PodSnapshot[]
  /** The controllers whose pods are meant to answer (Deployment, StatefulSet, DaemonSet, or a lone ReplicaSet). */
  workloads: WorkloadSnapshot[]
  /** A NetworkPolicy that keeps clients from outside the cluster from every pod that would answer. */
  policy: NetworkPolicySnapshot | null
}

export interface PathEndpoint {
  node: string | null
  address: string
  /** Where the pod listens for this, going by the objects. */
  port: number
  pod: PodSnapshot | null
  podName: string
  podUID: string
  ready: boolean
  serving: boolean
  terminating: boolean
  /** Gets traffic when the node does not matter: it is ready, or terminating and serving while none is ready. */
  serves: boolean
  /** Gets traffic on its own node under policy Local: judged among that node's endpoints alone. */
  servesLocally: boolean
  /** Somebody else than the cluster's own controller wrote it, which takes endpoints from pods. */
  byHand?: true
}

/** Follows one mapping through the cluster. */
export function joinPath(inventory: Inventory, mapping: Mapping): Path {
  const path = joinObjects(inventory, mapping)
  return { ...path, policy: policyOver(inventory, path.endpoints) }
}

function joinObjects(inventory: Inventory, mapping: Mapping): Omit<Path, 'policy'> {
  const container = containerNamed(inventory, mapping.container.name) ?? mapping.container
  const base = { mapping, container, node: nodeNamed(inventory, container.name) }
  const claim = nodePortClaim(inventory, mapping)
  if (claim !== null) {
    const { service } = claim
    return {
      ...base,
      route: { kind: 'nodePort', ...claim },
      endpoints: serviceEndpoints(inventory, claim.service, claim.port),
      pods: podsWhere(inventory, (pod) => selects(service, pod.namespace, pod.placement)),
      workloads: workloadsWhere(inventory, (workload) => selects(service, workload.namespace, workload.template)),
    }
  }
  return { ...base, ...hostClaim(inventory, mapping, 'hostPort') }
}

function policyOver({ policies }: Inventory, endpoints: readonly PathEndpoint[]): NetworkPolicySnapshot | null {
  if (policies.size === 0) return null
  const found = endpoints
    .filter((one) => one.serves)
    .map(({ pod, port }) =>
      pod === null
        ? null
        : policyAgainst({ namespace: pod.namespace, template: pod.placement }, port, policies.values()),
    )
  return found.includes(null) ? null : (found[0] ?? null)
}

/** Nodes with an endpoint that gets traffic, sorted, each once. */
export function servingNodes(path: Path): string[] {
  const nodes = path.endpoints.filter((endpoint) => endpoint.serves).map((endpoint) => endpoint.node ?? '?')
  return [...new Set(nodes)].sort()
}

/** An endpoint on the mapped node gets the traffic that arrives there. */
export function servesOnMappedNode(path: Path): boolean {
  return path.endpoints.some((endpoint) => endpoint.servesLocally && endpoint.node === path.container.name)
}

/** Only a pod on the mapped node itself can answer: policy Local, or a host port. */
export function needsLocalPod(path: Path): boolean {
  switch (path.route.kind) {
    case 'nodePort':
      return path.route.service.externalTrafficPolicy === 'Local'
    case 'hostPort':
    case 'hostNetwork':
      return true
    case 'none':
      return false
  }
}

function nodePortClaim(inventory: Inventory, mapping: Mapping): { service: ServiceSnapshot; port: ServicePort } | null {
  const protocol = mapping.protocol.toUpperCase()
  for (const service of inventory.services.values()) {
    const port = service.ports.find((one) => one.nodePort === mapping.containerPort && one.protocol === protocol)
    if (port !== undefined) return { service, port }
  }
  return null
}

function selects(service: ServiceSnapshot, namespace: string, placement: PodPlacement): boolean {
  const wanted = Object.entries(service.selector)
  return (
    wanted.length > 0 &&
    namespace === service.namespace &&
    wanted.every(([key, value]) => placement.labels[key] === value)
  )
}

function serviceEndpoints(inventory: Inventory, service: ServiceSnapshot, port: ServicePort): PathEndpoint[] {
  const byUID = new Map<string, PathEndpoint>()
  for (const slice of inventory.slices.values()) {
    if (slice.service !== service.name || slice.namespace !== service.namespace) continue
    const listening = slice.ports.find((one) => one.name === port.name)
    if (listening === undefined) continue
    for (const endpoint of slice.endpoints) {
      const pod = endpoint.pod === null ? null : podWithUid(inventory, service.namespace, endpoint.pod)
      const address = endpoint.addresses[0] ?? ''
      const byHand = slice.byHand === true || Object.keys(service.selector).length === 0
      // One that is written by hand takes the place of no other.
      const key = endpoint.pod?.uid || address
      byUID.set(byHand ? `${key} ${address}:${listening.port}` : key, {
        node: endpoint.node ?? pod?.node ?? null,
        address,
        port: listening.port,
        pod,
        podName: endpoint.pod?.name ?? address,
        podUID: pod?.uid ?? endpoint.pod?.uid ?? '',
        ready: endpoint.ready,
        serving: endpoint.serving,
        terminating: endpoint.terminating,
        serves: endpoint.ready,
        servesLocally: endpoint.ready,
        ...(byHand && { byHand: true }),
      })
    }
  }
  return sortEndpoints(withTerminatingFallback([...byUID.values()]))
}

/**
 * Where no endpoint is ready, those that are terminating and still serve get the traffic; kube-proxy decides that for
 * the cluster and for each node on its own.
 *
 * Source: Kubernetes, KEP-1669 "Proxy Terminating Endpoints".
 */
function withTerminatingFallback(endpoints: PathEndpoint[]): PathEndpoint[] {
  for (const endpoint of endpoints) {
    if (endpoint.ready || !endpoint.serving || !endpoint.terminating) continue
    endpoint.serves = !endpoints.some((other) => other.ready)
    endpoint.servesLocally = !endpoints.some((other) => other.ready && other.node === endpoint.node)
  }
  return endpoints
}

function sortEndpoints(endpoints: PathEndpoint[]): PathEndpoint[] {
  return endpoints.sort((a, b) => (a.node ?? '').localeCompare(b.node ?? '') || a.podName.localeCompare(b.podName))
}

/** A reference need not carry a UID. */
function podWithUid(inventory: Inventory, namespace: string, ref: { name: string; uid: string }): PodSnapshot | null {
  const pod = inventory.pods.get(`Pod/${namespace}/${ref.name}`)
  return pod !== undefined && (ref.uid === '' || ref.uid === pod.uid) ? pod : null
}

/** Host ports and host networks do not look at readiness: a running container answers. */
function hostClaim(
  inventory: Inventory,
  mapping: Mapping,
  kind: 'hostPort' | 'hostNetwork',
): Pick<Path, 'route' | 'endpoints' | 'pods' | 'workloads'> {
  const claims = (placement: PodPlacement) =>
    placement.hostNetwork === (kind === 'hostNetwork') &&
    placement.ports.some(
      (port) =>
        (kind === 'hostPort' ? port.hostPort : port.containerPort) === mapping.containerPort &&
        port.protocol.toLowerCase() === mapping.protocol,
    )
  const pods = podsWhere(inventory, (pod) => claims(pod.placement))
  const workloads = workloadsWhere(inventory, (workload) => claims(workload.template))
  if (pods.length === 0 && workloads.length === 0) {
    if (kind === 'hostPort') return hostClaim(inventory, mapping, 'hostNetwork')
    return { route: { kind: 'none' }, endpoints: [], pods, workloads }
  }
  const endpoints = pods.filter(isRunning).map((pod) => ({
    node: pod.node,
    address: pod.addresses[0] ?? '',
    port: kind === 'hostNetwork' ? mapping.containerPort : behindHostPort(pod, mapping),
    pod,
    podName: pod.name,
    podUID: pod.uid,
    ready: pod.ready,
    serving: true,
    terminating: pod.deletedAt > 0,
    serves: true,
    servesLocally: true,
  }))
  return { route: { kind, port: mapping.containerPort }, endpoints: sortEndpoints(endpoints), pods, workloads }
}

function behindHostPort({ placement }: PodSnapshot, { containerPort, protocol }: Mapping): number {
  const port = placement.ports.find((one) => one.hostPort === containerPort && one.protocol.toLowerCase() === protocol)
  return port?.containerPort ?? containerPort
}

function isRunning(pod: PodSnapshot): boolean {
  return pod.node !== null && pod.phase === 'Running' && pod.containers.some((one) => one.state === 'running')
}

function podsWhere(inventory: Inventory, wanted: (pod: PodSnapshot) => boolean): PodSnapshot[] {
  const pods: PodSnapshot[] = []
  for (const pod of inventory.pods.values()) {
    if (pod.phase !== 'Succeeded' && pod.phase !== 'Failed' && wanted(pod)) pods.push(pod)
  }
  return pods.sort((a, b) => a.name.localeCompare(b.name))
}

function workloadsWhere(inventory: Inventory, wanted: (workload: WorkloadSnapshot) => boolean): WorkloadSnapshot[] {
  const found = new Map<string, WorkloadSnapshot>()
  for (const workload of inventory.workloads.values()) {
    if (workload.owner !== null && rootWorkload(inventory, workload.namespace, workload.owner) !== null) continue
    if (wanted(workload)) found.set(workload.uid, workload)
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/** Names who answers behind the port, for as long as it is the same Service or workload. */
export function rootIdentity(path: Path): string {
  switch (path.route.kind) {
    case 'nodePort':
      return `${path.route.service.uid}:${path.route.port.port}`
    case 'hostPort':
    case 'hostNetwork':
      return `${path.workloads[0]?.uid ?? path.pods[0]?.owner?.uid ?? path.pods[0]?.uid ?? ''}:${path.route.port}`
    case 'none':
      return `${path.container.id}:${path.mapping.containerPort}`
  }
}
