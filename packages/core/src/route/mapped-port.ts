import type { Binding, NodeContainer } from '../model/container.ts'

/** A host port that leads to a port of one node. */
export interface MappedPort {
  /** 0 for one that the engine picks. */
  hostPort: number
  protocol: 'tcp' | 'udp'
  node: string
  containerPort: number
  listenAddresses: string[]
}

/** Ordered by host port. Addresses of one mapping count as one port: it is dark on all of them or on none. */
export function mappedPorts(containers: readonly NodeContainer[]): MappedPort[] {
  const ports = new Map<string, MappedPort>()
  // Which node a balancer leads to is decided for each connection.
  for (const container of containers.filter(({ role }) => role !== 'balancer')) {
    for (const { listenAddress, ...binding } of bindingsOf(container)) {
      const port = { ...binding, node: container.name, listenAddresses: [listenAddress] }
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
export function mappingName({ node, hostPort, containerPort, protocol }: Omit<MappedPort, 'listenAddresses'>): string {
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
