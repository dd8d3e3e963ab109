import type { Entry } from '../model/entry.ts'
import type { Binding, NodeContainer } from '../model/container.ts'

/** One way into the cluster and the node that it leads to. */
export interface Mapping {
  /**
   * `host:30080`, `host:30080/udp`, or `host:127.0.0.2:30080` where two nodes share the port on other addresses;
   * `node:worker:30080` at a node's own address, `lb:172.18.0.240:80` at a load balancer's.
   */
  target: string
  entry: Entry
  /** The port that a client asks for, whoever listens there. */
  hostPort: number
  protocol: 'tcp' | 'udp'
  container: NodeContainer
  /** The port of the node. 0 behind a load balancer that leads to no port of a node. */
  containerPort: number
  /** Of a load balancer: the Service whose it is. */
  service?: { namespace: string; name: string; port: number }
  listenAddresses: string[]
  /** The engine holds the binding now. False: it was asked for when the node was created and is gone. */
  inForce: boolean
  /** The engine chose the host port, and chooses another at the next start. */
  isChosen: boolean
}

/** Every host port that leads, or should lead, into one of these nodes, ordered by port. */
export function readMappings(containers: readonly NodeContainer[]): Mapping[] {
  const mappings = containers.flatMap(mappingsOf)
  const holders = new Map<string, Set<string>>()
  for (const mapping of mappings) {
    const nodes = holders.get(mapping.target) ?? new Set()
    holders.set(mapping.target, nodes.add(mapping.container.name))
  }
  for (const mapping of mappings) {
    if ((holders.get(mapping.target)?.size ?? 0) > 1) {
      mapping.target = targetName(mapping, `${mapping.listenAddresses[0]}:`)
    }
  }
  return mappings.sort((a, b) => a.hostPort - b.hostPort || a.target.localeCompare(b.target))
}

function mappingsOf(container: NodeContainer): Mapping[] {
  const byPort = new Map<string, Mapping>()
  const listening = new Set<string>()
  const asked = hostPortsAskedFor(container)
  const add = (binding: Binding, inForce: boolean) => {
    const key = `${binding.hostPort}/${binding.protocol}`
    const known = byPort.get(key)
    if (known !== undefined && known.inForce !== inForce) return
    const address = `${key} ${binding.listenAddress}`
    if (listening.has(address)) return
    listening.add(address)
    if (known === undefined) {
      byPort.set(key, {
        target: targetName(binding, ''),
        entry: 'hostPort',
        hostPort: binding.hostPort,
        protocol: binding.protocol,
        container,
        containerPort: binding.containerPort,
        ...(container.service && { service: { ...container.service, port: binding.containerPort } }),
        listenAddresses: [binding.listenAddress],
        inForce,
        isChosen: asked.get(containerSide(binding))?.has(binding.hostPort) === false,
      })
    } else known.listenAddresses.push(binding.listenAddress)
  }
  for (const binding of container.bindings) add(binding, true)
  for (const binding of container.wished) if (binding.hostPort > 0) add(binding, false)
  return [...byPort.values()]
}

/** The host ports that were asked for when the node was created, by the port in the node that they lead to. */
function hostPortsAskedFor({ wished }: NodeContainer): Map<string, Set<number>> {
  const asked = new Map<string, Set<number>>()
  for (const one of wished) {
    const ports = asked.get(containerSide(one)) ?? new Set()
    asked.set(containerSide(one), ports.add(one.hostPort))
  }
  return asked
}

function containerSide({ containerPort, protocol }: Binding): string {
  return `${containerPort}/${protocol}`
}

function targetName(port: { hostPort: number; protocol: 'tcp' | 'udp' }, address: string): string {
  return `host:${address}${port.hostPort}${port.protocol === 'udp' ? '/udp' : ''}`
}
