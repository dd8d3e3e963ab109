import type { Inventory } from '../cluster/inventory.ts'
import { key } from '../cluster/keys.ts'
import type { NodeContainer } from '../model/container.ts'
import { isAddress, isLoopback, isSpecial } from '../model/address.ts'
import type { ObjectSnapshot, PodSnapshot, ServiceSnapshot } from '../model/snapshot.ts'
import { isLoopbackMeant } from './loopback.ts'
import { type Mapping, readMappings } from './mapping.ts'

/** At so many nodes a port is looked at; where there are more, at some that hold an endpoint and some that do not. */
const MOST_NODES = 8
/** So many ways into one cluster are looked at. */
export const MOST_ENTRIES = 200
/** And so many to one Service or pod: who may write its status takes the room of no other. */
export const MOST_OF_ONE = 48

type Known = Readonly<Inventory>

/** Every way into the cluster that is watched, and of which Services and pods there was no room for more. */
export interface Entries {
  mappings: Mapping[]
  /** `ns/name`, sorted. */
  leftOut: string[]
}

/**
 * Ports of the host that an engine maps, and the addresses of load balancers. Where no engine is asked each NodePort and
 * each host port of a pod at its nodes' own addresses, too.
 */
export function entriesOf(inventory: Known): Entries {
  const mapped = readMappings(inventory.containers)
  const services = [...inventory.services.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
  const pods = inventory.byAddress ? [...inventory.pods.values()].filter(opensHostPort) : []
  const ways = [
    ...services.map((one) => ({ name: nameOf(one), own: waysTo(inventory, one) })),
    ...pods.map((one) => ({ name: nameOf(one), own: hostPortsOf(inventory, one) })),
  ]
  const found: Mapping[] = []
  const leftOut = new Set<string>()
  for (const { name, own } of ways) {
    const room = Math.min(MOST_OF_ONE, MOST_ENTRIES - found.length)
    if (own.length > room) leftOut.add(name)
    found.push(...own.slice(0, room))
  }
  return { mappings: [...mapped, ...unique(found)], leftOut: [...leftOut] }
}

function waysTo(inventory: Known, service: ServiceSnapshot): Mapping[] {
  return [...balancersOf(inventory, service), ...(inventory.byAddress ? nodePortsOf(inventory, service) : [])]
}

/** A change of this object may bring or take a way in. */
export function mayChangeEntries({ byAddress, containers }: Known, object: ObjectSnapshot): boolean {
  if (object.kind === 'Service' || object.kind === 'Node') return true
  if (!byAddress) return false
  return object.kind === 'EndpointSlice'
    ? containers.length > MOST_NODES
    : object.kind === 'Pod' && opensHostPort(object)
}

/** A load balancer that nobody knows the node of. */
const NOWHERE: NodeContainer = {
  id: '',
  name: '',
  role: 'worker',
  state: 'running',
  startedAt: 0,
  addresses: [],
  bindings: [],
  wished: [],
}

/** Which node a client comes in at is known; behind a load balancer it may not be. */
export function isNodeKnown({ container }: { readonly container: NodeContainer }): boolean {
  return container.name !== '' && container.role !== 'balancer'
}

function balancersOf(inventory: Known, service: ServiceSnapshot): Mapping[] {
  if (service.type !== 'LoadBalancer') return []
  const addresses = (service.balancerAddresses ?? []).filter((address) => mayBeBalancers(inventory, address))
  return addresses.flatMap((address) =>
    service.ports.filter(isProbed).map((port): Mapping => {
      const container = nodeBehind(inventory, address) ?? NOWHERE
      return {
        ...entryOf(`lb:${address}:${port.port}`, 'balancer', port, address, container),
        hostPort: port.port,
        containerPort: port.nodePort,
        service: { namespace: service.namespace, name: service.name, port: port.port },
      }
    }),
  )
}

/**
 * Who may write the status of a Service says where it is: that must lead neither back into this host nor to what
 * listens beside the network.
 */
function mayBeBalancers({ containers, nodes, lan, ownAddresses }: Known, address: string): boolean {
  if (!isAddress(address) || isSpecial(address)) return false
  if (isLoopback(address)) return isLoopbackMeant(containers)
  const isOfHost = address === lan || ownAddresses.includes(address)
  // The host itself may be a node.
  return !isOfHost || [...nodes.values()].some(({ addresses }) => addresses.includes(address))
}

/** Why a Service of type LoadBalancer is not looked at at an address of its own; null where it is. */
export function whyNoBalancer(inventory: Known, service: ServiceSnapshot): string | null {
  if (service.type !== 'LoadBalancer') return null
  const addresses = service.balancerAddresses ?? []
  const name = `Service ${nameOf(service)} of type LoadBalancer`
  if (addresses.length === 0) return `${name} waits for an address: nothing has handed one out.`
  if (addresses.some((address) => mayBeBalancers(inventory, address))) return null
  const more = addresses.length > 1 ? ` and ${addresses.length - 1} more` : ''
  return `${name} is at ${addresses[0]}${more}, which is not an address that Portolan watches.`
}

/** The node that has the address, or that answers for it on the network of this host. */
function nodeBehind({ containers, nodes, neighbours }: Known, address: string): NodeContainer | null {
  const own = neighbours.find((one) => one.address === address)?.machine ?? address
  const named = [...nodes.values()].find(({ addresses }) => addresses.includes(own))?.name
  return containers.find(({ name, addresses }) => name === named || addresses.includes(own)) ?? null
}

function nodePortsOf(inventory: Known, service: ServiceSnapshot): Mapping[] {
  if (service.type !== 'NodePort' && service.type !== 'LoadBalancer') return []
  const ports = service.ports.filter((port) => port.nodePort > 0 && isProbed(port))
  if (ports.length === 0) return []
  const nodes = sampleOf(inventory, service)
  return ports.flatMap((port) => nodes.map((node) => atNode(node, port.nodePort, port)))
}

/** All nodes, or where they are many some with an endpoint of the Service and some without, by their names. */
function sampleOf({ containers, index }: Known, { namespace, name }: ServiceSnapshot): NodeContainer[] {
  const all = containers.filter(({ addresses }) => addresses.length > 0).sort((a, b) => a.name.localeCompare(b.name))
  if (all.length <= MOST_NODES) return all
  const slices = [...index.of(key.service(namespace, name))].filter((one) => one.kind === 'EndpointSlice')
  const holders = new Set(slices.flatMap(({ endpoints }) => endpoints.map(({ node }) => node)))
  const withPod = all.filter((one) => holders.has(one.name)).slice(0, MOST_NODES / 2)
  const without = all.filter((one) => !holders.has(one.name)).slice(0, MOST_NODES - withPod.length)
  return [...withPod, ...without]
}

/** Of what belongs to the cluster itself nobody outside is a client. */
const OWN_NAMESPACE = 'kube-system'

function opensHostPort({ namespace, placement }: PodSnapshot): boolean {
  return namespace !== OWN_NAMESPACE && placement.ports.some(({ hostPort }) => hostPort > 0)
}

function hostPortsOf({ containers }: Known, { node: name, placement }: PodSnapshot): Mapping[] {
  const node = containers.find((one) => one.name === name && one.addresses.length > 0)
  if (node === undefined) return []
  return placement.ports
    .filter((port) => port.hostPort > 0 && isProbed(port))
    .map((port) => atNode(node, port.hostPort, port))
}

/** As a Service or a container spells it. */
type Spoken = { protocol: string }

function atNode(node: NodeContainer, port: number, spoken: Spoken): Mapping {
  const [address = ''] = node.addresses
  return {
    ...entryOf(`node:${node.name}:${port}`, 'node', spoken, address, node),
    hostPort: port,
    containerPort: port,
  }
}

function entryOf(
  target: string,
  entry: Mapping['entry'],
  { protocol }: Spoken,
  address: string,
  container: NodeContainer,
): Omit<Mapping, 'hostPort' | 'containerPort'> {
  const isUdp = protocol === 'UDP'
  return {
    target: isUdp ? `${target}/udp` : target,
    entry,
    protocol: isUdp ? 'udp' : 'tcp',
    container,
    listenAddresses: [address],
    inForce: true,
    isChosen: false,
  }
}

function isProbed({ protocol }: Spoken): boolean {
  return protocol !== 'SCTP'
}

function unique(mappings: readonly Mapping[]): Mapping[] {
  return [...new Map(mappings.map((one) => [one.target, one])).values()]
}

function nameOf({ namespace, name }: ObjectSnapshot): string {
  return `${namespace}/${name}`
}
