import { nodePortRefused, objectRefused } from '../causes/without-incident.ts'
import { listed } from '../causes/words.ts'
import { covers, rangeOf } from '../model/address-range.ts'
import type { Cause } from '../model/cause.ts'
import { keyOf, type ServicePort, type ServiceSnapshot } from '../model/snapshot.ts'
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

/** Why the API server does not take a Service as its file shows it. */
export interface Refusal {
  cause: Cause
  /** The port of the Service that is to blame; null for no one. */
  port: ServicePort | null
  text: string
}

/**
 * It refuses the whole Service then, other ports included. What a cluster that runs has was taken.
 *
 * Source: Kubernetes, pkg/apis/core/validation, ValidateService; registry/core/service/storage for the families.
 */
export function refusalOf(world: PreflightWorld, service: ServiceSnapshot): Refusal | null {
  if (world.network === null) return null
  const why =
    flawOf(world, service) ??
    nodePortFault(world, service) ??
    formFault(service) ??
    addressFault(world.network, service) ??
    familyFault(world.network, world.neededFamilies.get(keyOf(service)) ?? [])
  return why === null ? null : { ...why, text: `The API server refuses ${serviceName(service)}: ${why.text}` }
}

function flawOf({ flaws }: PreflightWorld, service: ServiceSnapshot): Refusal | null {
  const flaw = flaws.get(keyOf(service))
  return flaw === undefined ? null : { cause: objectRefused.cause, port: null, text: flaw.because }
}

function nodePortFault(world: PreflightWorld, { type, ports }: ServiceSnapshot): Refusal | null {
  const { first, last } = nodePortRange(world)
  const cause = nodePortRefused.cause
  const given = ports.filter(({ nodePort }) => nodePort !== 0)
  const [any] = given
  if (type === 'ClusterIP' && any !== undefined) {
    return { cause, port: null, text: `it has nodePort ${any.nodePort} but its type is ClusterIP, not NodePort` }
  }
  if (type !== 'NodePort' && type !== 'LoadBalancer') return null
  const outside = given.find(({ nodePort }) => nodePort < first || nodePort > last)
  if (outside !== undefined) {
    return { cause, port: outside, text: `its nodePort ${outside.nodePort} is not in ${rangeText({ first, last })}` }
  }
  const twice = repeated(given, ({ nodePort, protocol }) => `${nodePort}/${protocol}`)
  return twice === null ? null : { cause, port: null, text: `two of its ports ask for nodePort ${twice.nodePort}` }
}

/** Source: RFC 1035 for the name, RFC 6335 for the ports of pods. A variable that is not filled in is no name yet. */
const NAME = /^[a-z](?:[a-z\d-]{0,61}[a-z\d])?$|\$/
const LAST_PORT = 65_535
/** Source: RFC 1123. */
const PORT_LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$|\$/
const PORT_NAME = /^(?=.*[a-z])[a-z\d](?:[a-z\d-]{0,13}[a-z\d])?$|^\d+$|\$/

function formFault({ name: own, type, clusterIP, ports }: ServiceSnapshot): Refusal | null {
  const fault = (text: string) => ({ cause: objectRefused.cause, port: null, text })
  if (!NAME.test(own)) {
    return fault('its name has to begin with a lower-case letter and to go on with such, digits and dashes, at most 63')
  }
  const wrong = ports
    .flatMap(({ port, targetPort }) => [port, Number(targetPort)])
    .find((one) => one < 1 || one > LAST_PORT)
  if (wrong !== undefined) return fault(`it has port ${wrong}, which is not between 1 and ${LAST_PORT}`)
  const named = ports.find((one) => one.name !== '' && !PORT_LABEL.test(one.name))
  if (named !== undefined) {
    return fault(`its port name ${named.name} is none: at most 63 lower-case letters, digits and dashes`)
  }
  const odd = ports.find(({ targetPort }) => !PORT_NAME.test(targetPort))
  if (odd !== undefined) {
    const rule = odd.targetPort.startsWith('"')
      ? 'a number is written without quotes'
      : 'at most 15 lower-case letters, digits and dashes'
    return fault(`its targetPort ${odd.targetPort} is not a valid port name: ${rule}`)
  }
  if (clusterIP === 'None' && (type === 'NodePort' || type === 'LoadBalancer')) {
    return fault(`it is headless (clusterIP: None), which a Service of type ${type} may not be`)
  }
  if (ports.length > 1 && ports.some(({ name }) => name === '')) {
    return fault(`it has ${ports.length} ports, and each of several ports needs a name`)
  }
  const name = ports.length > 1 ? repeated(ports, (port) => port.name) : null
  if (name !== null) return fault(`two of its ports have the name ${name.name}`)
  const number = repeated(ports, ({ port, protocol }) => `${port}/${protocol}`)
  return number === null ? null : fault(`two of its ports have the number ${number.port} (${number.protocol})`)
}

/** Source: Kubernetes, "Service ClusterIP allocation". */
function addressFault({ serviceRanges }: ClusterNetwork, { clusterIP = 'None' }: ServiceSnapshot): Refusal | null {
  const own = clusterIP === 'None' ? null : rangeOf(clusterIP)
  const ranges = serviceRanges.map(rangeOf)
  if (own === null || ranges.length === 0 || ranges.some((range) => range === null || covers(range, own))) return null
  const text = `its clusterIP ${clusterIP} is not in ${listed(serviceRanges)} (networking.serviceSubnet of kind)`
  return { cause: objectRefused.cause, port: null, text }
}

function familyFault({ family }: ClusterNetwork, needed: readonly string[]): Refusal | null {
  if (family === 'dual') return null
  const lacks = needed.find((one) => one.toLowerCase() !== family)
  if (lacks === undefined) return null
  const wants = needed.length > 1 ? 'it requires both families (dual-stack)' : `it asks for ${lacks}`
  return {
    cause: objectRefused.cause,
    port: null,
    text: `${wants}, and the cluster has no ${lacks} (networking.ipFamily)`,
  }
}

function repeated<T>(all: readonly T[], key: (one: T) => string): T | null {
  const keys = all.map(key)
  return all.find((_, index) => keys.indexOf(keys[index] ?? '') < index) ?? null
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
  const warning = (service: ServiceSnapshot, text: string, cause: Cause = nodePortRefused.cause): PreflightWarning => ({
    cause,
    text,
    hostPort: null,
    remedies: [],
    about: refOf(service),
  })
  const holders = new Map<string, ServiceSnapshot>()
  return world.services.flatMap((service) => {
    const refusal = refusalOf(world, service)
    const refused = refusal === null || isJudged(service) ? [] : [warning(service, `${refusal.text}.`, refusal.cause)]
    const taken = service.ports.flatMap(({ nodePort, protocol }) => {
      if (nodePort === 0) return []
      const key = `${nodePort}/${protocol}`
      const holder = holders.get(key) ?? service
      holders.set(key, holder)
      if (holder === service) return []
      const text = `${serviceName(holder)} and ${serviceName(service)} both ask for NodePort ${nodePort}: the API server refuses the one that comes second.`
      return [warning(service, text)]
    })
    return [...refused, ...taken]
  })
}
