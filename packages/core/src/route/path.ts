import { containerNamed, type Inventory, nodeNamed, rootWorkload } from '../cluster/inventory.ts'
import { key, keyOfSelector } from '../cluster/keys.ts'
import { barrierTo } from '../cluster/network-policy.ts'
import { type AddressRange, networkAround, rangesOfClients } from '../model/address-range.ts'
import type { NodeContainer } from '../model/container.ts'
import {
  isWorkload,
  keyOf,
  type NetworkPolicySnapshot,
  type NodeSnapshot,
  type ObjectSnapshot,
  type PodSnapshot,
  type ServicePort,
  type ServiceSnapshot,
  type WorkloadSnapshot,
} from '../model/snapshot.ts'
import {
  addressedAt,
  hostRoute,
  isServedByNetwork,
  needsLocalPod,
  type NodeDoor,
  nodePortAt,
  portBehind,
  type Route,
  selects,
  targetPortIn,
} from './claim.ts'
import { type Balanced, balancedBy } from './balanced.ts'
import { familiesOf } from './families.ts'
import type { Mapping } from './mapping.ts'

/** The join: host port -> node -> Service or host port -> endpoints -> their nodes, at one moment. */
export interface Path {
  mapping: Mapping
  container: NodeContainer
  node: NodeSnapshot | null
  /** Where the balancer leads that the port is of; null where there is none, or where it does not say. */
  balanced: Balanced | null
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

/** Follows one mapping through the cluster as it is now. */
export function joinPath(inventory: Readonly<Inventory>, mapping: Mapping): Path {
  const path = joinObjects(inventory, mapping)
  return { ...path, policy: policyOver(inventory, path) }
}

/**
 * What the path hangs on, as keys of the inventory's index: where nothing changed that has one of them, the path is what
 * it was.
 */
export function keysOfPath({ mapping, container, route, endpoints }: Path): string[] {
  const found = [key.nodePort(mapping.containerPort, mapping.protocol), key.node(container.name)]
  if (mapping.service !== undefined) found.push(key.service(mapping.service.namespace, mapping.service.name))
  if (route.kind === 'nodePort') {
    const { namespace, name, selector } = route.service
    const label = keyOfSelector(namespace, selector)
    found.push(key.service(namespace, name), key.policies(namespace), ...(label === null ? [] : [label]))
  }
  for (const { pod, podName, node } of endpoints) {
    const namespace = pod?.namespace ?? (route.kind === 'nodePort' ? route.service.namespace : '')
    found.push(key.pod(namespace, podName), key.policies(namespace), ...(node === null ? [] : [key.node(node)]))
  }
  return [...new Set(found)]
}

/** The port of all nodes that leads to the pods; 0 for none. */
export function nodesPort({ mapping, route }: Pick<Path, 'mapping' | 'route'>): number {
  return route.kind === 'nodePort' ? route.port.nodePort : mapping.containerPort
}

/** A load balancer says whose it is. */
function behindBalancer(
  { services }: Readonly<Inventory>,
  { service: own, protocol }: Mapping,
): Extract<Route, { kind: 'nodePort' }> | null {
  const service = own === undefined ? undefined : services.get(keyOf({ kind: 'Service', ...own }))
  const port = service?.ports.find((one) => one.port === own?.port && one.protocol === protocol.toUpperCase())
  return service === undefined || port === undefined ? null : { kind: 'nodePort', service, port }
}

function joinObjects(inventory: Readonly<Inventory>, mapping: Mapping): Omit<Path, 'policy'> {
  const container = containerNamed(inventory, mapping.container.name) ?? mapping.container
  const node = nodeNamed(inventory, container.name)
  const base = { mapping, container, node, balanced: balancedBy(inventory, mapping, container) }
  const { containerPort, protocol } = mapping
  const atDoor = [...inventory.index.of(key.nodePort(containerPort, protocol))]
  const addresses = [...new Set([...container.addresses, ...(node?.addresses ?? [])])]
  const door = { containerPort, protocol, addresses }
  const servicesAtDoor = atDoor.filter((one) => one.kind === 'Service')
  const route =
    behindBalancer(inventory, mapping) ?? nodePortAt(servicesAtDoor, door) ?? addressedAt(servicesAtDoor, door)
  if (route === null) {
    // A node's own host port is there for the pods of that node alone.
    const isElsewhere = (one: ObjectSnapshot) =>
      mapping.entry === 'node' && one.kind === 'Pod' && one.node !== container.name
    const pods = atDoor.filter((one) => !isElsewhere(one))
    return { ...base, ...hostPortBehind(inventory, pods, door) }
  }
  return { ...base, ...joinService(inventory, route) }
}

/** What is behind a port of a Service, whoever asks for it. */
export function joinService(
  inventory: Readonly<Inventory>,
  route: Extract<Route, { kind: 'nodePort' }>,
): Pick<Path, 'route' | 'endpoints' | 'pods' | 'workloads'> {
  const { service, port } = route
  const label = keyOfSelector(service.namespace, service.selector)
  const near = label === null ? [] : [...inventory.index.of(label)]
  const pods = podsAmong(near, ({ namespace, placement: { labels } }) => selects(service, { namespace, labels }))
  const workloads = rootsAmong(inventory, near, ({ namespace, template: { labels } }) =>
    selects(service, { namespace, labels }),
  )
  // By a label that its controller sets a Service selects pods whose template it does not.
  const roots = pods.flatMap((pod) => rootWorkload(inventory, pod.namespace, pod.owner) ?? [])
  return {
    route,
    endpoints: isServedByNetwork({ route }) ? [] : serviceEndpoints(inventory, service, port),
    pods,
    workloads: [...new Set([...workloads, ...roots])].sort((a, b) => a.name.localeCompare(b.name)),
  }
}

function policyOver(
  { policies, index }: Readonly<Inventory>,
  path: Omit<Path, 'policy'>,
): NetworkPolicySnapshot | null {
  if (policies.size === 0) return null
  const sources = sourcesOf(path)
  const found = path.endpoints
    .filter((one) => one.serves)
    .map(({ pod, port }) => {
      if (pod === null) return null
      const near = [...index.of(key.policies(pod.namespace))].filter((one) => one.kind === 'NetworkPolicy')
      const policed = { number: port, protocol: path.mapping.protocol }
      return barrierTo({ namespace: pod.namespace, template: pod.placement }, policed, near, sources)
    })
  return found.every((barrier) => barrier?.keeps === 'all') ? (found[0]?.policy ?? null) : null
}

/**
 * The addresses with which clients come to the pods. Under policy Cluster it is one of the mapped node, on the network of
 * the nodes or on that of the pods; else they keep their own.
 *
 * Source: Kubernetes, "Using Source IP".
 */
function sourcesOf(path: Omit<Path, 'policy'>): AddressRange[] {
  const addresses = path.endpoints.map(({ address }) => address)
  const families = familiesOf(addresses)
  if (needsLocalPod(path)) return rangesOfClients(families)
  const near = [...path.container.addresses, ...(path.node?.addresses ?? []), ...addresses]
  return near.flatMap((one) => networkAround(one) ?? []).filter(({ family }) => families.includes(family))
}

/** The node that the port is mapped to, as far as the cluster knows it. */
export function mappedNode({
  node,
  container,
}: Path): Pick<NodeSnapshot, 'name' | 'labels' | 'taints' | 'unschedulable'> {
  return node ?? { name: container.name, labels: {}, taints: [], unschedulable: false }
}

/** Nodes with an endpoint that gets traffic, sorted, each once. */
export function servingNodes(path: Pick<Path, 'endpoints'>): string[] {
  const nodes = path.endpoints.filter((endpoint) => endpoint.serves).map((endpoint) => endpoint.node ?? '?')
  return [...new Set(nodes)].sort()
}

/** The node is the one that the port is mapped to, or holds an endpoint that gets traffic. */
export function isOnPath(path: Path, node: string): boolean {
  return path.container.name === node || servingNodes(path).includes(node)
}

/** An endpoint on the mapped node gets the traffic that arrives there. */
export function servesOnMappedNode(path: Path): boolean {
  return path.endpoints.some((endpoint) => endpoint.servesLocally && endpoint.node === path.container.name)
}

/**
 * Nobody chose this node but a client who may as well ask another one: under policy Local it is meant to drop what comes,
 * while the pods are elsewhere.
 *
 * Source: Kubernetes, "Source IP for Services with Type=NodePort".
 */
export function isDarkByDesign(path: Path): boolean {
  return (
    path.mapping.entry === 'node' &&
    path.route.kind === 'nodePort' &&
    needsLocalPod(path) &&
    servingNodes(path).length > 0 &&
    !servesOnMappedNode(path)
  )
}

function serviceEndpoints(inventory: Readonly<Inventory>, service: ServiceSnapshot, port: ServicePort): PathEndpoint[] {
  const byUID = new Map<string, PathEndpoint>()
  for (const slice of inventory.index.of(key.service(service.namespace, service.name))) {
    if (slice.kind !== 'EndpointSlice') continue
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
function hostPortBehind(
  inventory: Readonly<Inventory>,
  atDoor: readonly ObjectSnapshot[],
  door: NodeDoor,
): Pick<Path, 'route' | 'endpoints' | 'pods' | 'workloads'> {
  const pods = podsAmong(atDoor, ({ placement }) => portBehind(placement, door) !== null)
  const workloads = rootsAmong(inventory, atDoor, ({ template }) => portBehind(template, door) !== null)
  const templates = [...pods.map(({ placement }) => placement), ...workloads.map(({ template }) => template)]
  const endpoints = pods.filter(isRunning).map((pod) => ({
    node: pod.node,
    address: pod.addresses[0] ?? '',
    port: portBehind(pod.placement, door)?.containerPort ?? door.containerPort,
    pod,
    podName: pod.name,
    podUID: pod.uid,
    ready: pod.ready,
    serving: true,
    terminating: pod.deletedAt > 0,
    serves: true,
    servesLocally: true,
  }))
  return { route: hostRoute(templates, door.containerPort), endpoints: sortEndpoints(endpoints), pods, workloads }
}

function isRunning(pod: PodSnapshot): boolean {
  return pod.node !== null && pod.phase === 'Running' && pod.containers.some((one) => one.state === 'running')
}

function podsAmong(objects: readonly ObjectSnapshot[], wanted: (pod: PodSnapshot) => boolean): PodSnapshot[] {
  return objects
    .filter((one) => one.kind === 'Pod')
    .filter((pod) => pod.phase !== 'Succeeded' && pod.phase !== 'Failed' && wanted(pod))
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** The workloads that no other one known controls. */
function rootsAmong(
  inventory: Readonly<Inventory>,
  objects: readonly ObjectSnapshot[],
  wanted: (workload: WorkloadSnapshot) => boolean,
): WorkloadSnapshot[] {
  const found = objects.filter((one): one is WorkloadSnapshot => isWorkload(one) && wanted(one))
  return found
    .filter(({ owner, namespace }) => owner === null || rootWorkload(inventory, namespace, owner) === null)
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** The Service leads to a port by a name that none of its pods declares: such pods become no endpoints. */
export function leadsToNoPort({ route, endpoints, pods, workloads }: Path): boolean {
  const asksForNone = workloads.length > 0 && workloads.every(({ replicas }) => replicas === 0)
  if (route.kind !== 'nodePort' || endpoints.length > 0 || asksForNone) return false
  const templates = [...pods.map(({ placement }) => placement), ...workloads.map(({ template }) => template)]
  return templates.length > 0 && templates.every((template) => targetPortIn(route.port, template) === null)
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
