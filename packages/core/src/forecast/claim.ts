import { key } from '../cluster/keys.ts'
import { createSelection, type PodGroup } from '../cluster/pod-group.ts'
import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import type { PreflightWorld } from '../model/world.ts'
import { addressedAt, hostRoute, nodePortAt, portBehind, type Route } from '../route/claim.ts'
import type { MappedPort } from '../route/mapped-port.ts'

/** How a port goes on from its node, and the pods that are meant to answer, wherever they will be. */
export type Claim = Route & { groups: PodGroup[] }

export type Claimed = Exclude<Claim, { kind: 'none' }>

/** How Services lead to pods. */
export interface Lookups {
  groups: readonly PodGroup[]
  /** The pods that a Service selects. */
  selected(service: ServiceSnapshot): PodGroup[]
  /** The Services that ask for a NodePort, in the cluster's order. @param protocol in any case */
  servicesAt(nodePort: number, protocol: string): readonly ServiceSnapshot[]
}

export function createLookups({ services }: PreflightWorld, groups: readonly PodGroup[]): Lookups {
  const asked = services.flatMap((service) => {
    const keys = service.ports.map(({ nodePort, protocol }) => key.nodePort(nodePort, protocol))
    return [...new Set(keys)].map((door) => ({ door, service }))
  })
  const byDoor = Map.groupBy(asked, ({ door }) => door)
  return {
    groups,
    selected: createSelection(groups),
    servicesAt: (port, protocol) => (byDoor.get(key.nodePort(port, protocol)) ?? []).map(({ service }) => service),
  }
}

/** What a Service makes of a port that it claims. */
export function claimedBy(
  { service, port }: { service: ServiceSnapshot; port: ServicePort },
  { selected }: Pick<Lookups, 'selected'>,
): Claimed {
  return { kind: 'nodePort', service, port, groups: selected(service) }
}

export function claimOn(mapped: MappedPort, world: PreflightWorld, lookups: Lookups): Claim {
  const isMapped = ({ name }: { name: string }) => mapped.nodes.includes(name)
  const addresses = [...world.containers.filter(isMapped), ...world.nodes.filter(isMapped)].flatMap(
    (one) => one.addresses,
  )
  const route =
    nodePortAt(lookups.servicesAt(mapped.containerPort, mapped.protocol), mapped) ??
    addressedAt(world.services, { ...mapped, addresses })
  if (route !== null) return claimedBy(route, lookups)
  const [balanced] = world.network?.servesBalancers === true ? balancedAt(world.services, mapped) : []
  if (balanced !== undefined) return claimedBy(balanced, lookups)
  const holders = lookups.groups.filter(({ template }) => portBehind(template, { ...mapped, addresses }) !== null)
  const templates = holders.map(({ template }) => template)
  return { ...hostRoute(templates, mapped.containerPort), groups: holders }
}

/** Where the node has one of its externalIPs, the Service is served at this port of it. */
export function isServedAt(
  { externalAddresses = [], ports }: ServiceSnapshot,
  { containerPort, protocol }: Pick<MappedPort, 'containerPort' | 'protocol'>,
): boolean {
  const isMeant = (one: ServicePort) => one.port === containerPort && one.protocol === protocol.toUpperCase()
  return externalAddresses.length > 0 && ports.some(isMeant)
}

/** The Services of type LoadBalancer whose port each node serves; the first one gets it. Source: K3s, "ServiceLB". */
export function balancedAt(services: readonly ServiceSnapshot[], { containerPort, protocol }: MappedPort) {
  return services
    .filter(({ type }) => type === 'LoadBalancer')
    .flatMap((service) => {
      const port = service.ports.find((one) => one.port === containerPort && one.protocol === protocol.toUpperCase())
      return port === undefined ? [] : [{ service, port }]
    })
}
