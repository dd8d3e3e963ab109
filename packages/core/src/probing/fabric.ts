import type { Agent, Inventory } from '../cluster/inventory.ts'
import type { NodeContainer } from '../model/container.ts'
import type { Assignment, Observer, ProbePlan } from '../model/plan.ts'
import type { Protocol, Speech } from '../model/probe-spec.ts'
import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import type { Vantage } from '../model/vantage.ts'
import { agentsOf, isAtItsNode } from './presence.ts'
import { createRing, successorsOnRing } from './ring.ts'

const MESH_MS = 2000
const SERVICES_MS = 5000
const TIMEOUT_MS = 2000
/** Where kube-proxy says whether it is in step, on every node: 200 while it is. */
const KUBE_PROXY_HEALTH_PORT = 10256

/** What one observer does beside the ports, and what that hangs on. */
export interface FabricShare {
  key: string
  assignment: Assignment
}

/** What belongs to no port: what it hangs on, and the share of each observer. */
export interface Fabric {
  key: string
  shares: Map<Observer, FabricShare>
}

export function createFabric(): Fabric {
  return { key: '', shares: new Map() }
}

/**
 * What every observer does beside the ports. The host asks kube-proxy on the mapped nodes for its health and for its
 * endpoints; an agent has its share of the mesh, the cluster's DNS and API server through the rules of its own node, and
 * kube-proxy there. An agent whose address is none of its node's has no part in the mesh, and nothing is asked at that
 * address. Shares that stay the same are the same objects.
 *
 * Source: Kubernetes, kube-proxy --healthz-bind-address; CoreDNS' Service is named kube-dns whoever answers it.
 */
export function shareFabric(
  inventory: Inventory,
  nodeAddressAnswers: boolean,
  before: ReadonlyMap<Observer, FabricShare>,
): Map<Observer, FabricShare> {
  const agents = new Map(agentsOf(inventory).map((agent) => [agent.node, agent]))
  const isPeer = (node: string) => isAtItsNode(inventory, agents.get(node) as Agent)
  const successors = successorsOnRing(createRing([...agents.keys()].filter(isPeer)))
  const predecessors = new Map<string, string[]>()
  for (const [node, probed] of successors) {
    for (const peer of probed) predecessors.set(peer, [...(predecessors.get(peer) ?? []), node])
  }
  const shared = servicesOf(inventory)
  const sharedKey = shared.map(({ target, address, port }) => `${target} ${address} ${port}`).join()
  const whereOf = (node: string) => {
    const { address, echoPort } = agents.get(node) as Agent
    return `${node} ${isPeer(node) ? address : ''} ${echoPort}`
  }
  const shares = new Map<Observer, FabricShare>()
  const host = nodeAddressAnswers ? shareOfHost(inventory) : null
  if (host !== null) shares.set('host', before.get('host')?.key === host.key ? (before.get('host') ?? host) : host)
  for (const agent of agents.values()) {
    const { node } = agent
    const probed = successors.get(node) ?? []
    const probing = predecessors.get(node) ?? []
    const key = [whereOf(node), '>', ...probed.map(whereOf), '<', ...probing.map(whereOf), sharedKey].join('\n')
    const known = before.get(`node/${node}`)
    const share =
      known?.key === key ? known : { key, assignment: shareOf(agent, isPeer(node), probed, probing, agents, shared) }
    shares.set(`node/${node}`, share)
  }
  return shares
}

function shareOf(
  { node, address }: Agent,
  isPeer: boolean,
  probed: readonly string[],
  probing: readonly string[],
  agents: ReadonlyMap<string, Agent>,
  shared: readonly Shared[],
): Assignment {
  const vantage = `node/${node}` as const
  const mesh = probed.map((peer) => {
    const { address: to, echoPort } = agents.get(peer) as Agent
    return planOf(vantage, `peer:${peer}`, to, echoPort, MESH_MS, speak('echo', `peer:${peer}`, { transport: 'udp' }))
  })
  const services = shared.map(({ target, address: to, port, speech }) =>
    planOf(vantage, target, to, port, SERVICES_MS, speech),
  )
  const own = isPeer ? [healthPlan(node, address, vantage)] : []
  return { plans: [...mesh, ...services, ...own], peers: probing.map((peer) => (agents.get(peer) as Agent).address) }
}

/** Of so many nodes the host looks at kube-proxy where each of them may be come in at. */
const MOST_ASKED = 32

/**
 * The nodes whose kube-proxy the host looks at: those that have a mapped port; all, where clients come in at their addresses
 * or a load balancer chooses among them.
 */
export function nodesToAsk({ containers, byAddress, services }: Readonly<Inventory>): NodeContainer[] {
  const isAny = byAddress || [...services.values()].some((one) => (one.balancerAddresses ?? []).length > 0)
  const found = containers.filter(({ role, bindings }) => role !== 'balancer' && (isAny || bindings.length > 0))
  return isAny ? found.slice(0, MOST_ASKED) : found
}

/** Of so many Services each node is asked whether it has endpoints of its own. */
const MOST_CHECKED = 8

/** The Services of which kube-proxy says on every node, at a port of their own, whether it has endpoints of its own. */
export function servicesToCheck({ services }: Readonly<Inventory>): ServiceSnapshot[] {
  return [...services.values()].filter((one) => (one.healthCheckNodePort ?? 0) > 0).slice(0, MOST_CHECKED)
}

/** Where the host reaches the nodes' addresses. */
function shareOfHost(inventory: Inventory): FabricShare | null {
  const checked = servicesToCheck(inventory)
  const plans = nodesToAsk(inventory)
    .filter(({ state, addresses }) => state === 'running' && addresses.length > 0)
    .flatMap(({ name, addresses: [address = ''] }) => [
      healthPlan(name, address, 'host/node-address'),
      ...checked.map((service) => localEndpointsPlan(service, name, address)),
    ])
  if (plans.length === 0) return null
  const key = plans.map(({ id, address, port }) => `${id} ${address} ${port}`).join('\n')
  return { key, assignment: { plans, peers: [] } }
}

/** 200 where the node has endpoints of the Service, 503 where it has none. Source: Kubernetes, pkg/proxy/healthcheck. */
function localEndpointsPlan(service: ServiceSnapshot, node: string, address: string): ProbePlan {
  const target = localEndpointsTarget(service, node)
  const speech = speak('http', target, { path: '/', expectStatus: '200' })
  return planOf('host/node-address', target, address, service.healthCheckNodePort ?? 0, SERVICES_MS, speech)
}

function localEndpointsTarget({ namespace, name }: ServiceSnapshot, node: string): string {
  return `local-endpoints:${namespace}/${name}:${node}`
}

/** The plan by which the host asks kube-proxy on a node whether it has endpoints of the Service. */
export function localEndpointsPlanId(service: ServiceSnapshot, node: string): string {
  return `${localEndpointsTarget(service, node)}@host/node-address`
}

function healthPlan(node: string, address: string, vantage: Vantage): ProbePlan {
  const target = `kube-proxy:${node}`
  const speech = speak('http', target, { path: '/healthz', expectStatus: '200' })
  return planOf(vantage, target, address, KUBE_PROXY_HEALTH_PORT, SERVICES_MS, speech)
}

/** The plans by which kube-proxy on a node is looked at: from that node by its agent, and from the host. */
export function kubeProxyPlans(node: string): { inside: string; host: string } {
  return { inside: `kube-proxy:${node}@node/${node}`, host: `kube-proxy:${node}@host/node-address` }
}

interface Shared {
  target: string
  address: string
  port: number
  speech: Speech
}

function servicesOf({ services }: Inventory): Shared[] {
  const dns = services.get('Service/kube-system/kube-dns')
  const api = services.get('Service/default/kubernetes')
  return [
    ...(dns?.ports.flatMap((port) => (port.port === 53 ? sharedOf(dns, port, 'dns', {}) : [])) ?? []),
    ...(api?.ports.slice(0, 1).flatMap((port) => sharedOf(api, port, 'https', { path: '/readyz' })) ?? []),
  ]
}

function sharedOf(service: ServiceSnapshot, port: ServicePort, protocol: Protocol, more: Partial<Speech>): Shared[] {
  if (service.clusterIP === undefined) return []
  const isUdp = port.protocol === 'UDP'
  const target = `service:${service.namespace}/${service.name}:${port.port}${isUdp ? '/udp' : ''}`
  const speech = speak(protocol, target, isUdp ? { ...more, transport: 'udp' } : more)
  return [{ target, address: service.clusterIP, port: port.port, speech }]
}

function speak(protocol: Protocol, identity: string, more: Partial<Speech>): Speech {
  return { protocol, why: 'it is part of every cluster', identity, ...more }
}

function planOf(
  vantage: Vantage,
  target: string,
  address: string,
  port: number,
  intervalMs: number,
  speech: Speech,
): ProbePlan {
  return { id: `${target}@${vantage}`, target, vantage, address, port, speech, intervalMs, timeoutMs: TIMEOUT_MS }
}
