import { isForbidden } from '../model/address.ts'
import type { BalancedPort, BalancerProgram, EngineInfo, NodeContainer } from '../model/container.ts'
import type { Neighbour, Observation } from '../model/fact.ts'
import { createKeyIndex, type KeyIndex } from './index-by-key.ts'
import { keysOf } from './keys.ts'
import { isRevision } from './revision.ts'
import type {
  GatewayClassSnapshot,
  GatewaySnapshot,
  HTTPRouteSnapshot,
  IngressClassSnapshot,
  IngressRouteSnapshot,
  OtherRouteSnapshot,
  IngressSnapshot,
} from '../model/edge-snapshot.ts'
import {
  type EndpointSliceSnapshot,
  type EventSnapshot,
  keyOf,
  type NetworkPolicySnapshot,
  type NodeSnapshot,
  type ObjectSnapshot,
  type OwnerRef,
  type PodSnapshot,
  RESOURCES,
  type Resource,
  type ServiceSnapshot,
  type VolumeClaimSnapshot,
  type VolumeSnapshot,
  type WorkloadSnapshot,
} from '../model/snapshot.ts'

/** The agent on one node. */
export interface Agent {
  node: string
  address: string
  echoPort: number
  /** When it was last heard, ms since the epoch. */
  heardAt: number
}

/** All that is known of a cluster at one moment: what the join reads. */
export interface Inventory {
  engine: EngineInfo | null
  /** Why the engine does not answer; null while it does. */
  engineLost: string | null
  containers: NodeContainer[]
  /** What the balancers among them say of themselves, by name. */
  balancers: Map<string, { program: BalancerProgram; ports: BalancedPort[] }>
  /** No engine is asked: what is in `containers` are the nodes as the cluster itself knows them. */
  byAddress: boolean
  /** Addresses at which a node answers beside its own. */
  neighbours: readonly Neighbour[]
  /** The last exit code that the engine reported of a container. */
  exitCodes: Map<string, number>
  lan: string | null
  /** All addresses of the host but loopback. */
  ownAddresses: readonly string[]
  loopback6: boolean
  nodes: Map<string, NodeSnapshot>
  pods: Map<string, PodSnapshot>
  /** Those pods of kube-proxy. */
  kubeProxies: Map<string, PodSnapshot>
  services: Map<string, ServiceSnapshot>
  slices: Map<string, EndpointSliceSnapshot>
  workloads: Map<string, WorkloadSnapshot>
  /** Empty as well where nobody may list them. */
  policies: Map<string, NetworkPolicySnapshot>
  /** PersistentVolumes and their claims. Empty as well where nobody may list them. */
  volumes: Map<string, VolumeSnapshot | VolumeClaimSnapshot>
  /** What claims hosts and paths, and who is to serve them. Empty as well where nobody may list them. */
  ingresses: Map<string, IngressSnapshot>
  ingressClasses: Map<string, IngressClassSnapshot>
  gateways: Map<string, GatewaySnapshot>
  gatewayClasses: Map<string, GatewayClassSnapshot>
  httpRoutes: Map<string, HTTPRouteSnapshot>
  ingressRoutes: Map<string, IngressRouteSnapshot>
  otherRoutes: Map<string, OtherRouteSnapshot>
  /** Newest Warning events by the UID of what they regard; a missing event proves nothing. */
  warnings: Map<string, EventSnapshot>
  /** The agents that have been heard, by their nodes' names. */
  agents: Map<string, Agent>
  /** Lists that have come at least once. */
  listed: Set<Resource>
  /** Watches that are cut off, with the reason. */
  lost: Map<Resource, string>
  /** All objects by `keysOf`, but Events. */
  index: KeyIndex<ObjectSnapshot>
  /** Another one whenever something changed that the scheduler or a Service hangs on (see `isRevision`). */
  revision: object
  /** When each node container was seen to have been started again, by our clock, which may be set: its engine's is another. */
  starts: Map<string, number>
  /** The last address of each node container, for when it is stopped. */
  lastAddresses: Map<string, readonly string[]>
  /** The objects were known well enough once: from then on a difference is a change, before it is what we found. */
  wasKnown: boolean
}

/** Without these the join is a guess. */
const NEEDED: readonly Resource[] = ['nodes', 'pods', 'services', 'endpointslices']

export function createInventory(): Inventory {
  return {
    engine: null,
    engineLost: null,
    containers: [],
    balancers: new Map(),
    byAddress: false,
    neighbours: [],
    exitCodes: new Map(),
    starts: new Map(),
    lan: null,
    ownAddresses: [],
    loopback6: false,
    nodes: new Map(),
    pods: new Map(),
    kubeProxies: new Map(),
    services: new Map(),
    slices: new Map(),
    workloads: new Map(),
    policies: new Map(),
    volumes: new Map(),
    ingresses: new Map(),
    ingressClasses: new Map(),
    gateways: new Map(),
    gatewayClasses: new Map(),
    httpRoutes: new Map(),
    ingressRoutes: new Map(),
    otherRoutes: new Map(),
    warnings: new Map(),
    agents: new Map(),
    listed: new Set(),
    lost: new Map(),
    index: createKeyIndex(),
    revision: {},
    lastAddresses: new Map(),
    wasKnown: false,
  }
}

/** The cluster's objects are known well enough to judge by them. */
export function knowsObjects(inventory: Inventory): boolean {
  return NEEDED.every((resource) => inventory.listed.has(resource))
}

/** What a user may well not be allowed to list. */
const OPTIONAL: readonly Resource[] = ['networkpolicies', 'persistentvolumes', 'persistentvolumeclaims']

/** What says which hosts and paths are claimed, and who is to serve them. */
export const ROUTE_RESOURCES = [
  'ingresses',
  'ingressclasses',
  'gateways',
  'gatewayclasses',
  'httproutes',
  'ingressroutes',
] as const satisfies readonly Resource[]

/** Routes that are listed alone. */
export const OTHER_RESOURCES = ['grpcroutes', 'tlsroutes', 'tcproutes'] as const satisfies readonly Resource[]

/** What says nothing of how a port fares. */
const BESIDE: readonly Resource[] = [...ROUTE_RESOURCES, ...OTHER_RESOURCES, 'events']

/** Every list has come that says what may happen; one that nobody may read is not waited for. */
export function knowsAll({ inventory: { listed, lost } }: { inventory: Inventory }): boolean {
  return RESOURCES.every((one) => BESIDE.includes(one) || listed.has(one) || (OPTIONAL.includes(one) && lost.has(one)))
}

/** Why the objects may be out of date, null while all watches that matter are connected. */
export function staleBecause(inventory: Inventory): string | null {
  for (const resource of NEEDED) {
    const reason = inventory.lost.get(resource)
    if (reason !== undefined) return reason
  }
  return null
}

/** Takes in what was observed of the cluster. Outcomes, gaps and ticks are not of its business. */
export function updateInventory(inventory: Inventory, observed: Observation, at: number): void {
  takeIn(inventory, observed, at)
  if (inventory.byAddress && isOfNodes(observed)) replaceContainers(inventory, nodesAsContainers(inventory), at)
}

function isOfNodes(observed: Observation): boolean {
  if (observed.kind === 'object') return observed.object.kind === 'Node'
  return observed.kind === 'no_engine' || (observed.kind === 'listed' && observed.resource === 'nodes')
}

function takeIn(inventory: Inventory, observed: Observation, at: number): void {
  switch (observed.kind) {
    case 'no_engine':
      inventory.byAddress = true
      return
    case 'neighbours':
      inventory.neighbours = observed.found
      return
    case 'engine':
      inventory.engineLost = observed.status === 'lost' ? observed.reason : null
      if (observed.status === 'connected') inventory.engine = observed.engine
      return
    case 'containers':
      replaceContainers(inventory, observed.containers, at)
      inventory.revision = {}
      return
    case 'balancer':
      inventory.balancers.set(observed.name, { program: observed.program, ports: observed.ports })
      inventory.revision = {}
      return
    case 'container':
      if (observed.exitCode !== null) inventory.exitCodes.set(observed.name, observed.exitCode)
      return
    case 'vantages':
      inventory.lan = observed.lan
      inventory.ownAddresses = observed.own ?? []
      inventory.loopback6 = observed.loopback6
      return
    case 'listed':
      replaceList(inventory, observed.resource, observed.objects)
      return
    case 'object':
      if (observed.change === 'set') setObject(inventory, observed.object)
      else deleteObject(inventory, observed.object)
      return
    case 'watch':
      if (observed.status === 'lost') inventory.lost.set(observed.resource, observed.reason)
      else inventory.lost.delete(observed.resource)
      return
    default:
      return
  }
}

function replaceContainers(inventory: Inventory, containers: NodeContainer[], at: number): void {
  const before = new Map(inventory.containers.map(({ name, startedAt }) => [name, startedAt]))
  for (const { name, startedAt } of containers) {
    if ((before.get(name) ?? startedAt) !== startedAt) inventory.starts.set(name, at)
  }
  inventory.containers = containers
  for (const name of inventory.balancers.keys()) {
    if (!containers.some((one) => one.name === name)) inventory.balancers.delete(name)
  }
  for (const { name, addresses } of containers) {
    if (addresses.length > 0) inventory.lastAddresses.set(name, addresses)
  }
}

/** What a node is to who comes in at its address. Whether its machine runs nobody says. */
function nodesAsContainers({ nodes }: Inventory): NodeContainer[] {
  return [...nodes.values()].map(({ uid, name, labels, addresses }) => ({
    id: uid,
    name,
    role: 'node-role.kubernetes.io/control-plane' in labels ? 'control-plane' : 'worker',
    state: 'running',
    startedAt: 0,
    addresses: addresses.filter((one) => !isForbidden(one)),
    bindings: [],
    wished: [],
  }))
}

export const KINDS: Record<Resource, ObjectSnapshot['kind']> = {
  nodes: 'Node',
  pods: 'Pod',
  services: 'Service',
  endpointslices: 'EndpointSlice',
  replicasets: 'ReplicaSet',
  deployments: 'Deployment',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
  networkpolicies: 'NetworkPolicy',
  persistentvolumes: 'PersistentVolume',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  ingresses: 'Ingress',
  ingressclasses: 'IngressClass',
  gateways: 'Gateway',
  gatewayclasses: 'GatewayClass',
  httproutes: 'HTTPRoute',
  ingressroutes: 'IngressRoute',
  grpcroutes: 'GRPCRoute',
  tlsroutes: 'TLSRoute',
  tcproutes: 'TCPRoute',
  events: 'Event',
}

function replaceList(inventory: Inventory, resource: Resource, objects: ObjectSnapshot[]): void {
  inventory.listed.add(resource)
  inventory.lost.delete(resource)
  if (resource !== 'events') {
    const kind = KINDS[resource]
    const store = storeOf(inventory, kind)
    for (const [key, object] of store) {
      if (object.kind !== kind) continue
      store.delete(key)
      inventory.index.delete(key)
    }
    inventory.revision = {}
    if (kind === 'Pod') inventory.kubeProxies.clear()
  }
  for (const object of objects) setObject(inventory, object)
}

function setObject(inventory: Inventory, object: ObjectSnapshot): void {
  if (object.kind === 'Event') return keepWarning(inventory, object)
  const store = storeOf(inventory, object.kind)
  const key = keyOf(object)
  if (isRevision(inventory, store.get(key) ?? null, object)) inventory.revision = {}
  store.set(key, object)
  inventory.index.set(key, object, keysOf(object))
  if (object.kind === 'Pod' && isKubeProxy(object)) inventory.kubeProxies.set(keyOf(object), object)
}

/** Source: kubeadm, which labels and names it so. */
function isKubeProxy({ namespace, name, placement }: PodSnapshot): boolean {
  return namespace === 'kube-system' && (placement.labels['k8s-app'] === 'kube-proxy' || name.startsWith('kube-proxy-'))
}

function deleteObject(inventory: Inventory, object: ObjectSnapshot): void {
  if (object.kind === 'Event') return
  inventory.warnings.delete(object.uid)
  const store = storeOf(inventory, object.kind)
  const known = store.get(keyOf(object))
  if (known?.uid !== object.uid) return
  if (isRevision(inventory, known, null)) inventory.revision = {}
  store.delete(keyOf(object))
  inventory.index.delete(keyOf(object))
  if (object.kind === 'Pod') inventory.kubeProxies.delete(keyOf(object))
}

function keepWarning(inventory: Inventory, event: EventSnapshot): void {
  if (event.type !== 'Warning') return
  const known = inventory.warnings.get(event.regarding.uid)
  if (known === undefined || known.at <= event.at) inventory.warnings.set(event.regarding.uid, event)
  if (inventory.warnings.size > 2000) {
    const oldest = inventory.warnings.keys().next()
    if (!oldest.done) inventory.warnings.delete(oldest.value)
  }
}

/** One store a kind; the four kinds of workloads share one, their keys carry the kind. */
export function storeOf(inventory: Readonly<Inventory>, kind: ObjectSnapshot['kind']): Map<string, ObjectSnapshot> {
  switch (kind) {
    case 'Node':
      return inventory.nodes as Map<string, ObjectSnapshot>
    case 'Pod':
      return inventory.pods as Map<string, ObjectSnapshot>
    case 'Service':
      return inventory.services as Map<string, ObjectSnapshot>
    case 'EndpointSlice':
      return inventory.slices as Map<string, ObjectSnapshot>
    case 'NetworkPolicy':
      return inventory.policies as Map<string, ObjectSnapshot>
    case 'PersistentVolume':
    case 'PersistentVolumeClaim':
      return inventory.volumes as Map<string, ObjectSnapshot>
    case 'Ingress':
      return inventory.ingresses as Map<string, ObjectSnapshot>
    case 'IngressClass':
      return inventory.ingressClasses as Map<string, ObjectSnapshot>
    case 'Gateway':
      return inventory.gateways as Map<string, ObjectSnapshot>
    case 'GatewayClass':
      return inventory.gatewayClasses as Map<string, ObjectSnapshot>
    case 'HTTPRoute':
      return inventory.httpRoutes as Map<string, ObjectSnapshot>
    case 'IngressRoute':
      return inventory.ingressRoutes as Map<string, ObjectSnapshot>
    case 'GRPCRoute':
    case 'TLSRoute':
    case 'TCPRoute':
      return inventory.otherRoutes as Map<string, ObjectSnapshot>
    default:
      return inventory.workloads as Map<string, ObjectSnapshot>
  }
}

export function nodeNamed(inventory: Inventory, name: string): NodeSnapshot | null {
  return inventory.nodes.get(keyOf({ kind: 'Node', namespace: '', name })) ?? null
}

export function containerNamed(inventory: Inventory, name: string): NodeContainer | null {
  return inventory.containers.find((container) => container.name === name) ?? null
}

const MOST_OWNERS = 4

/** Follows controllers upwards as long as they are known: Pod -> ReplicaSet -> Deployment. By UID, never by name. */
export function rootWorkload(inventory: Inventory, namespace: string, owner: OwnerRef | null): WorkloadSnapshot | null {
  let root: WorkloadSnapshot | null = null
  let ref = owner
  // References that somebody wrote by hand may lead in a circle.
  for (let hops = 0; ref !== null && hops < MOST_OWNERS; hops += 1) {
    const found = inventory.workloads.get(keyOf({ kind: ref.kind, namespace, name: ref.name }))
    if (found === undefined || found.uid !== ref.uid) return root
    root = found
    ref = found.owner
  }
  return root
}
