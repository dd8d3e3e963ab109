import type { ContainerPort, PodPlacement, ServicePort, ServiceSnapshot } from '../model/snapshot.ts'
import { isLoopback } from '../model/address.ts'

/** A port of one node, as somebody from outside comes to it. */
export interface NodeDoor {
  containerPort: number
  protocol: 'tcp' | 'udp'
  /** The node's own addresses; empty where they are not known, as in files. */
  addresses: readonly string[]
}

/** How a port goes on from its node. */
export type Route =
  | { kind: 'nodePort'; service: ServiceSnapshot; port: ServicePort }
  | { kind: 'hostPort'; port: number }
  | { kind: 'hostNetwork'; port: number }
  | { kind: 'none' }

/** The Service whose NodePort it is; a Service goes before every host port. */
export function nodePortAt(
  services: Iterable<ServiceSnapshot>,
  { containerPort, protocol }: Pick<NodeDoor, 'containerPort' | 'protocol'>,
): Extract<Route, { kind: 'nodePort' }> | null {
  for (const service of services) {
    const port = service.ports.find(
      (one) => one.nodePort === containerPort && one.protocol === protocol.toUpperCase() && one.nodePort > 0,
    )
    if (port !== undefined) return { kind: 'nodePort', service, port }
  }
  return null
}

/**
 * The Service whose port is served at an address of the node itself: it is one of its externalIPs, or what its load balancer
 * answers at.
 *
 * Source: Kubernetes, "Service", "External IPs": each node takes what comes for such an address and port.
 */
export function addressedAt(
  services: Iterable<ServiceSnapshot>,
  { containerPort, protocol, addresses }: NodeDoor,
): Extract<Route, { kind: 'nodePort' }> | null {
  for (const service of services) {
    const own = [...(service.externalAddresses ?? []), ...(service.balancerAddresses ?? [])]
    if (!own.some((address) => addresses.includes(address))) continue
    const port = service.ports.find((one) => one.port === containerPort && one.protocol === protocol.toUpperCase())
    if (port !== undefined) return { kind: 'nodePort', service, port }
  }
  return null
}

/**
 * The container port of these pods that is reached at the door: by its host port, or on the network of the host itself.
 * The engine dials the node's own address, so a host port that is bound to another one does not count.
 */
export function portBehind(template: PodPlacement, door: NodeDoor): ContainerPort | null {
  return (
    template.ports.find(
      (one) =>
        (one.hostPort || (template.hostNetwork ? one.containerPort : 0)) === door.containerPort &&
        one.protocol.toLowerCase() === door.protocol &&
        (template.hostNetwork || isDialled(one.hostIP, door.addresses)),
    ) ?? null
  )
}

function isDialled(hostIP: string, addresses: readonly string[]): boolean {
  if (hostIP === '' || hostIP === '0.0.0.0' || hostIP === '::') return true
  return !isLoopback(hostIP) && (addresses.length === 0 || addresses.includes(hostIP))
}

/** Pods are on the host's network, or take a host port: all of them the first makes the route another one. */
export function hostRoute(templates: readonly PodPlacement[], port: number): Route {
  if (templates.length === 0) return { kind: 'none' }
  return { kind: templates.every((one) => one.hostNetwork) ? 'hostNetwork' : 'hostPort', port }
}

/** Only a pod on the mapped node itself can answer: policy Local, or a host port. */
export function needsLocalPod({ route }: { readonly route: Route }): boolean {
  if (route.kind === 'nodePort') return route.service.externalTrafficPolicy === 'Local' && !isServedByNetwork({ route })
  return route.kind !== 'none'
}

/**
 * A Gateway without pods: the pod network itself takes what comes to its Service, on every node. Its endpoints, where it has
 * any, lead nowhere.
 *
 * Source: Cilium, operator/pkg/model/translation/gateway-api.
 */
export function isServedByNetwork({ route }: { readonly route: Route }): boolean {
  return (
    route.kind === 'nodePort' && route.service.madeFor !== undefined && Object.keys(route.service.selector).length === 0
  )
}

/** What pods are distinguished by. */
interface LabelledPods {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** A Service without a selector selects nothing: its endpoints are written by hand. */
export function selects(service: ServiceSnapshot, { namespace, labels }: LabelledPods): boolean {
  const wanted = Object.entries(service.selector)
  return wanted.length > 0 && namespace === service.namespace && wanted.every(([key, value]) => labels[key] === value)
}

/** Ports by which a pod is watched, not used: one that declares no others says nothing of where it serves. */
const FOR_WATCHERS = /prom|metric|health|ready|live|probe|status|admin|debug|pprof/

/** The ports that pods declare for their clients. */
export function portsForClients({ ports }: PodPlacement): ContainerPort[] {
  return ports.filter(({ name }) => !FOR_WATCHERS.test(name))
}

/**
 * The container port that a Service port leads to in these pods; null where the name is not declared there for this
 * protocol, so that such a pod becomes no endpoint.
 *
 * Source: Kubernetes, "Service", "Port definitions": a named targetPort is looked up by name and protocol.
 */
export function targetPortIn({ targetPort, protocol }: ServicePort, { ports }: PodPlacement): number | null {
  if (/^\d+$/.test(targetPort)) return Number(targetPort)
  return ports.find((one) => one.name === targetPort && one.protocol === protocol)?.containerPort ?? null
}
