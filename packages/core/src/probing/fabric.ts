import type { Agent, Inventory } from '../cluster/inventory.ts'
import type { Assignment, ProbePlan } from '../model/plan.ts'
import type { Protocol, Speech } from '../model/probe-spec.ts'
import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import { agentsOf, isAtItsNode } from './presence.ts'
import { createRing, successorsOnRing } from './ring.ts'

const MESH_MS = 2000
const SERVICES_MS = 5000
const TIMEOUT_MS = 2000
/** Where kube-proxy says whether it is in step, on every node: 200 while it is. */
const KUBE_PROXY_HEALTH_PORT = 10256

/** What one agent does beside the ports, and what that hangs on. */
export interface FabricShare {
  key: string
  assignment: Assignment
}

/** What belongs to no port: what it hangs on, and the share of each node's agent. */
export interface Fabric {
  key: string
  shares: Map<string, FabricShare>
}

export function createFabric(): Fabric {
  return { key: '', shares: new Map() }
}

/**
 * What every agent does beside the ports: its share of the mesh, the cluster's DNS and API server through the rules of
 * its own node, and kube-proxy there. One whose address is none of its node's has no part in the mesh, and nothing is
 * asked at that address. Shares that stay the same are the same objects.
 *
 * Source: Kubernetes, kube-proxy --healthz-bind-address; CoreDNS' Service is named kube-dns whoever answers it.
 */
export function shareFabric(inventory: Inventory, before: ReadonlyMap<string, FabricShare>): Map<string, FabricShare> {
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
  const shares = new Map<string, FabricShare>()
  for (const agent of agents.values()) {
    const { node } = agent
    const probed = successors.get(node) ?? []
    const probing = predecessors.get(node) ?? []
    const key = [whereOf(node), '>', ...probed.map(whereOf), '<', ...probing.map(whereOf), sharedKey].join('\n')
    const known = before.get(node)
    const share =
      known?.key === key ? known : { key, assignment: shareOf(agent, isPeer(node), probed, probing, agents, shared) }
    shares.set(node, share)
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
  const mesh = probed.map((peer) => {
    const { address: to, echoPort } = agents.get(peer) as Agent
    return planOf(node, `peer:${peer}`, to, echoPort, MESH_MS, speak('echo', `peer:${peer}`, { transport: 'udp' }))
  })
  const services = shared.map(({ target, address: to, port, speech }) =>
    planOf(node, target, to, port, SERVICES_MS, speech),
  )
  const proxy = `kube-proxy:${node}`
  const health = speak('http', proxy, { path: '/healthz', expectStatus: '200' })
  const own = isPeer ? [planOf(node, proxy, address, KUBE_PROXY_HEALTH_PORT, SERVICES_MS, health)] : []
  return { plans: [...mesh, ...services, ...own], peers: probing.map((peer) => (agents.get(peer) as Agent).address) }
}

/** The plan by which the agent on a node looks at kube-proxy there. */
export function kubeProxyPlan(node: string): string {
  return `kube-proxy:${node}@node/${node}`
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
  node: string,
  target: string,
  address: string,
  port: number,
  intervalMs: number,
  speech: Speech,
): ProbePlan {
  const vantage = `node/${node}` as const
  return { id: `${target}@${vantage}`, target, vantage, address, port, speech, intervalMs, timeoutMs: TIMEOUT_MS }
}
