import type { Binding, NodeContainer } from '../model/container.ts'
import type { PreflightWorld } from '../model/world.ts'

/** A host port that leads to a port of one node. */
export interface MappedPort {
  /** 0 for one that the engine picks. */
  hostPort: number
  protocol: 'tcp' | 'udp'
  /** The container that holds it: a node, or a balancer before nodes. */
  node: string
  /** Nodes that a connection may be led to; empty behind a balancer that does not say. */
  nodes: readonly string[]
  containerPort: number
  listenAddresses: string[]
}

/** A port of a balancer. */
export function doorOf(
  balancer: string,
  { containerPort, protocol }: Pick<Binding, 'containerPort' | 'protocol'>,
): string {
  return `${balancer}/${containerPort}/${protocol}`
}

/**
 * Ordered by host port. Addresses of one mapping count as one port: it is dark on all of them or on none. The ports of a
 * balancer that was made for one Service are left out: they are that Service's.
 */
export function mappedPorts(containers: readonly NodeContainer[], backends: PreflightWorld['backends']): MappedPort[] {
  const ports = new Map<string, MappedPort>()
  for (const container of containers) {
    for (const { listenAddress, ...binding } of bindingsOf(container)) {
      const { name: node, role } = container
      if (container.service !== undefined) continue
      const nodes = role === 'balancer' ? (backends.get(doorOf(node, binding)) ?? []) : [node]
      const port = { ...binding, node, nodes, listenAddresses: [listenAddress] }
      const known = ports.get(mappingName(port))
      if (known === undefined) ports.set(mappingName(port), port)
      else known.listenAddresses.push(listenAddress)
    }
  }
  return [...ports.values()].sort((a, b) => a.hostPort - b.hostPort)
}

/** Those in force, and those that were lost or wait for the node to start. */
function bindingsOf({ wished, bindings }: NodeContainer): Binding[] {
  const fixed = wished.filter(({ hostPort }) => hostPort > 0)
  const isFixed = (binding: Binding) =>
    fixed.some((one) => one.hostPort === binding.hostPort && one.protocol === binding.protocol)
  return [...fixed, ...bindings.filter((binding) => !isFixed(binding))]
}

/** Tells one mapping from the others of its cluster. */
export function mappingName({
  node,
  hostPort,
  containerPort,
  protocol,
}: Omit<MappedPort, 'listenAddresses' | 'nodes'>): string {
  return `${node}/${hostPort}:${containerPort}/${protocol}`
}

/** Another mapping that cannot be published together with this one: the engine refuses the second. */
export function rivalOf(port: MappedPort, ports: readonly MappedPort[]): MappedPort | null {
  if (port.hostPort === 0) return null
  const clashes = (other: MappedPort) =>
    other.hostPort === port.hostPort &&
    other.protocol === port.protocol &&
    other.listenAddresses.some((a) => port.listenAddresses.some((b) => overlap(a, b)))
  if (new Set(port.listenAddresses).size < port.listenAddresses.length) return port
  return ports.find((other) => other !== port && clashes(other)) ?? null
}

/** One of the addresses cannot be published while the other one is. */
export function overlap(a: string, b: string): boolean {
  const isV6 = (address: string) => address.includes(':')
  const isAny = (address: string) => address === '0.0.0.0' || address === '::'
  return a === b || (isV6(a) === isV6(b) && (isAny(a) || isAny(b)))
}
