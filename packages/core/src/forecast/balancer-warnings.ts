import { lbExcluded, lbMoved, lbPending } from '../causes/without-incident.ts'
import type { ServiceSnapshot } from '../model/snapshot.ts'
import { refOf } from '../remedies/edits.ts'
import { eligibleForAny, type Scene } from './scene.ts'
import { hasHostPort } from './stranded.ts'
import type { PreflightWarning } from '../model/verdict.ts'

/** What keeps Services of type LoadBalancer from being reached at their own address; their host ports work all the same. */
export function balancerWarnings(scene: Scene): PreflightWarning[] {
  return scene.world.services
    .filter((service) => service.type === 'LoadBalancer')
    .flatMap((service) => pending(scene, service) ?? moved(scene, service) ?? excluded(scene, service) ?? [])
}

function warning(cause: PreflightWarning['cause'], service: ServiceSnapshot, text: string): PreflightWarning {
  const name = `Service ${service.namespace}/${service.name} of type LoadBalancer`
  return { cause, text: `${name} ${text}`, hostPort: null, remedies: [], about: refOf(service) }
}

/** A cluster that runs says whether there is an address; of files it is known whether they bring somebody who gives one. */
function pending(scene: Scene, service: ServiceSnapshot): PreflightWarning | null {
  const { balancerAddresses } = service
  if (balancerAddresses !== undefined) {
    const text = 'has no address: nothing here has handed one out. Its host ports work all the same.'
    return balancerAddresses.length === 0 ? warning(lbPending.cause, service, text) : null
  }
  if (scene.world.loadBalancers !== false || !isMapped(scene, service)) return null
  const text = 'stays without an address: nothing here hands one out. Its host ports work all the same.'
  return warning(lbPending.cause, service, text)
}

function isMapped(scene: Scene, service: ServiceSnapshot): boolean {
  return (
    service.ports.some((port) => hasHostPort(scene, { service, port })) ||
    [...scene.claims.values()].some((claim) => claim.kind === 'nodePort' && claim.service === service)
  )
}

/**
 * After a restart of the engine the load balancer's container may have another address, and a node its old one. Where the
 * addresses of nodes are handed out on purpose (ServiceLB) that is no fault.
 */
function moved({ world }: Scene, service: ServiceSnapshot): PreflightWarning | null {
  const holder = world.containers.find(({ addresses }) =>
    service.balancerAddresses?.some((address) => addresses.includes(address)),
  )
  if (holder === undefined || world.workloads.some(({ name }) => name.startsWith('svclb-'))) return null
  return warning(
    lbMoved.cause,
    service,
    `is known at an address that ${holder.name} has now: its load balancer got another one. Restart the load balancer's container.`,
  )
}

const LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers'

/** Source: Kubernetes, "Well-Known Labels": kubeadm sets it on control planes. */
function excluded(scene: Scene, service: ServiceSnapshot): PreflightWarning | null {
  if (service.externalTrafficPolicy !== 'Local') return null
  const groups = [...scene.claims.values()].flatMap((claim) =>
    claim.kind === 'nodePort' && claim.service === service ? claim.groups : [],
  )
  const names = eligibleForAny(scene, groups)
  const out = names.filter((name) => scene.world.nodes.some((node) => node.name === name && LABEL in node.labels))
  if (out.length === 0) return null
  const fate = out.length === names.length ? 'never answers' : 'does not answer while its pods are there'
  return warning(
    lbExcluded.cause,
    service,
    `has externalTrafficPolicy Local and is kept from ${out.join(' and ')} by the label ${LABEL}: its load balancer ${fate}.`,
  )
}
