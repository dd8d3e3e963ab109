import { nodePortRefused } from '../causes/told-elsewhere.ts'
import type { ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import type { ClusterNetwork, PreflightWorld } from '../model/world.ts'
import type { PreflightWarning } from '../model/verdict.ts'
import { refOf } from '../remedies/edits.ts'
import type { Lookups } from './claim.ts'
import type { MappedPort } from '../route/mapped-port.ts'

/** `Service default/web`, for sentences. */
export const serviceName = ({ namespace, name }: ServiceSnapshot) => `Service ${namespace}/${name}`

/** `30000-32767` */
export function rangeText({ first, last }: ClusterNetwork['nodePortRange']): string {
  return `${first}-${last}`
}

/** The default where a cluster that runs does not show its own. Source: Kubernetes, `--service-node-port-range`. */
export function nodePortRange({ network }: PreflightWorld): ClusterNetwork['nodePortRange'] {
  return network?.nodePortRange ?? { first: 30000, last: 32767 }
}

/** A nodePort of the Service that the API server does not take; it refuses the whole Service then. */
export function portOutOfRange(world: PreflightWorld, service: ServiceSnapshot): ServicePort | null {
  if (world.network === null || (service.type !== 'NodePort' && service.type !== 'LoadBalancer')) return null
  const { first, last } = nodePortRange(world)
  return service.ports.find(({ nodePort }) => nodePort !== 0 && (nodePort < first || nodePort > last)) ?? null
}

export function refusalText(world: PreflightWorld, service: ServiceSnapshot, { nodePort }: ServicePort): string {
  return `The API server refuses ${serviceName(service)}: its nodePort ${nodePort} is not in ${rangeText(nodePortRange(world))}`
}

/** A NodePort that nobody asks for, as near to the wanted number as its last digits go. */
export function freeNodePort(world: PreflightWorld, ports: readonly MappedPort[], wanted: number): number {
  const { first, last } = nodePortRange(world)
  const used = new Set([
    ...world.services.flatMap((service) => service.ports.map(({ nodePort }) => nodePort)),
    ...ports.map(({ containerPort }) => containerPort),
  ])
  const size = last - first + 1
  const found = Array.from({ length: Math.min(size, used.size + 1) }, (_, index) => first + ((wanted + index) % size))
  return found.find((one) => !used.has(one)) ?? first
}

/** Ports of other Services that ask for the same NodePort: the API server takes the Service that comes first. */
export function rivalsAt({ servicesAt }: Pick<Lookups, 'servicesAt'>, service: ServiceSnapshot, port: ServicePort) {
  return servicesAt(port.nodePort, port.protocol).flatMap((other) => {
    const same = other.ports.find((one) => one.nodePort === port.nodePort && one.protocol === port.protocol)
    return other === service || same === undefined || port.nodePort === 0 ? [] : [{ service: other, port: same }]
  })
}

/** Services that will not come to be as they are written. */
export function refusalWarnings(
  world: PreflightWorld,
  isJudged: (service: ServiceSnapshot) => boolean,
): PreflightWarning[] {
  const warning = (service: ServiceSnapshot, text: string): PreflightWarning => ({
    cause: nodePortRefused.cause,
    text,
    hostPort: null,
    remedies: [],
    about: refOf(service),
  })
  const holders = new Map<string, ServiceSnapshot>()
  return world.services.flatMap((service) => {
    const port = portOutOfRange(world, service)
    const outside =
      port === null || isJudged(service) ? [] : [warning(service, `${refusalText(world, service, port)}.`)]
    const taken = service.ports.flatMap(({ nodePort, protocol }) => {
      if (nodePort === 0) return []
      const key = `${nodePort}/${protocol}`
      const holder = holders.get(key) ?? service
      holders.set(key, holder)
      if (holder === service) return []
      const text = `${serviceName(holder)} and ${serviceName(service)} both ask for NodePort ${nodePort}: the API server refuses the one that comes second.`
      return [warning(service, text)]
    })
    return [...outside, ...taken]
  })
}
