import { isForbidden, isLoopback } from '../model/address.ts'
import { isLoopbackMeant } from '../route/loopback.ts'
import { nodesPort, type Path, type PathEndpoint } from '../route/path.ts'
import { mayLeadAway, podFault } from '../route/pod-target.ts'
import { createProbeHistory, type ProbeHistory } from './probe-history.ts'
import { keyOf } from '../model/snapshot.ts'
import type { Inventory } from '../cluster/inventory.ts'
import { isOnRing, pickFromRing, type Ring } from './ring.ts'

/** What an agent looks at of a port. */
export type Subject =
  /** The mapped node's port, from another node: what the host sees, where its packets take the same way. */
  | { kind: 'mapped node' }
  /** The same port at a node that holds a pod, from another node. */
  | { kind: 'pods node'; node: string }
  /** A pod itself. */
  | { kind: 'pod'; endpoint: Pick<PathEndpoint, 'podUID' | 'podName' | 'node'> }
  /** The Service's address inside the cluster: what the rules of the agent's own node make of it. */
  | { kind: 'cluster address' }

/** A place inside the cluster from which a port is looked at. It explains; it never decides the port's state. */
export interface AgentPoint {
  plan: string
  target: string
  vantage: `node/${string}`
  /** Where the agent runs. */
  from: string
  subject: Subject
  address: string
  port: number
  history: ProbeHistory
}

/** At most so many pods of a port are looked at. */
const PODS = 3

/**
 * Where the agents look at a port from. Never at a node's port from that node itself, where a NodePort answers although
 * nobody else is let in. A port under suspicion is looked at from more nodes. Never where an endpoint that somebody
 * wrote by hand leads to.
 *
 * Source: Kubernetes, "Source IP for Services with Type=NodePort"; measured on kind (a node's own NodePort under policy
 * Local is falsely green).
 *
 * @param reporting the nodes whose agents are heard
 */
export function agentPointsOf(
  path: Path,
  inventory: Inventory,
  reporting: Ring,
  suspect: boolean,
): Omit<AgentPoint, 'history'>[] {
  if (path.route.kind === 'none' || reporting.names.length === 0) return []
  const { mapping, container } = path
  const mapped = container.name
  const more = suspect ? 3 : 1
  const points: Omit<AgentPoint, 'history'>[] = []
  const { containers } = inventory
  const suffix = mapping.protocol === 'udp' ? '/udp' : ''

  function look(from: string[], target: string, subject: Subject, address: string | undefined, port: number): void {
    if (address === undefined || isForbidden(address) || (isLoopback(address) && !isLoopbackMeant(containers))) return
    for (const node of from) {
      const vantage = `node/${node}` as const
      points.push({ plan: `${target}@${vantage}`, target, vantage, from: node, subject, address, port })
    }
  }

  /** Some that are none of these, the same ones as long as they report. */
  function others(target: string, without: readonly (string | null)[], count: number): string[] {
    return pickFromRing(reporting, target, count, (node) => !without.includes(node))
  }

  const leadsAway = mayLeadAway(path)
  const here = (node: string | null) => (node !== null && isOnRing(reporting, node) ? [node] : [])
  const nodePort = mapping.containerPort
  const around = leadsAway ? [] : others(mapping.target, [mapped], more)
  look(around, `node:${mapped}:${nodePort}${suffix}`, { kind: 'mapped node' }, addressOf(inventory, mapped), nodePort)
  const pods = path.endpoints.filter((one) => one.serves && podFault(one, mapping.protocol) === null)
  for (const endpoint of pods.slice(0, PODS)) {
    const { pod, podUID, podName, node } = endpoint
    const target = `pod:${pod?.namespace ?? ''}/${podName}:${endpoint.port}${suffix}`
    const from = [...new Set([...here(node), ...here(mapped), ...others(target, [node, mapped], more)])]
    look(from, target, { kind: 'pod', endpoint: { podUID, podName, node } }, endpoint.address, endpoint.port)
    if (node !== null && node !== mapped && suspect && !leadsAway && nodesPort(path) === nodePort) {
      const witness = `node:${node}:${nodePort}${suffix}`
      if (points.some((one) => one.target === witness)) continue
      look(others(witness, [node], 1), witness, { kind: 'pods node', node }, addressOf(inventory, node), nodePort)
    }
  }
  if (path.route.kind === 'nodePort' && !leadsAway) {
    const { service, port } = path.route
    const target = `service:${service.namespace}/${service.name}:${port.port}${suffix}`
    const from = [...here(mapped), ...others(target, [mapped], suspect ? 2 : 0)]
    look(from, target, { kind: 'cluster address' }, service.clusterIP, port.port)
  }
  return points
}

/** Keeps what was seen where the plan and its address stay the same. */
export function trackAgentPoints(
  known: readonly AgentPoint[],
  points: readonly Omit<AgentPoint, 'history'>[],
): AgentPoint[] {
  return points.map((point) => {
    const same = known.find(
      ({ plan, address, port }) => plan === point.plan && address === point.address && port === point.port,
    )
    return { ...point, history: same?.history ?? createProbeHistory() }
  })
}

/** As the cluster itself knows it, where the engine's may be out of reach of the nodes. */
export function addressOf({ nodes, containers }: Inventory, node: string): string | undefined {
  const known = nodes.get(keyOf({ kind: 'Node', namespace: '', name: node }))?.addresses[0]
  return known ?? containers.find(({ name }) => name === node)?.addresses[0]
}
