import { controllerNamed, controllerOf, MADE_FOR, TRAEFIK } from '../cluster/edge-proxies.ts'
import type { GatewayClassSnapshot, GatewaySnapshot, IngressClassSnapshot } from '../model/edge-snapshot.ts'
import { isServedByNetwork } from '../route/claim.ts'
import type { PodPlacement } from '../model/snapshot.ts'
import type { EdgePath } from './unmapped-edge.ts'

/** On a Service, or as a label on its pods: this is the edge proxy of the IngressClass of that name. */
export const EDGE_KEY = 'portolan.dev/edge'

/** The classes that whoever is behind a port says to serve; empty where nobody says so. */
export function statedClasses({ route, pods, workloads }: EdgePath): string[] {
  const stated = [
    route.kind === 'nodePort' ? route.service.annotations[EDGE_KEY] : undefined,
    ...[...pods.map(({ placement }) => placement), ...workloads.map(({ template }) => template)].map(
      ({ labels }) => labels[EDGE_KEY],
    ),
  ]
  return [...new Set(stated.filter((one) => one !== undefined && one !== ''))] as string[]
}

/** Who is behind a port is an edge proxy: its pods say so, or look like one. */
export function isEdge(path: EdgePath): boolean {
  return statedClasses(path).length > 0 || templatesOf(path).some((one) => controllerOf(one) !== null)
}

export function servesClass(path: EdgePath, name: string, ingressClass: IngressClassSnapshot | null): boolean {
  const stated = statedClasses(path)
  if (stated.length > 0) return stated.includes(name)
  const controller = ingressClass === null ? null : controllerNamed(ingressClass)
  return controller !== null && templatesOf(path).some((one) => controllerOf(one) === controller)
}

export function isTraefik(path: EdgePath): boolean {
  const stated = statedClasses(path)
  return stated.length > 0 ? stated.includes('traefik') : templatesOf(path).some((one) => controllerOf(one) === TRAEFIK)
}

/** Who is behind the port serves this Gateway: its pods were made for it, or are of a controller that serves all. */
export function servesGateway(
  path: EdgePath,
  gateway: GatewaySnapshot,
  gatewayClass: GatewayClassSnapshot | null,
): boolean {
  const stated = statedClasses(path)
  if (stated.length > 0) return stated.includes(gateway.className)
  if (isServedByNetwork(path) && path.route.kind === 'nodePort') {
    const { namespace, madeFor } = path.route.service
    return namespace === gateway.namespace && madeFor === gateway.name
  }
  const owners = [
    ...path.pods.map(({ namespace, placement: { labels } }) => ({ namespace, labels })),
    ...path.workloads.map(({ namespace, template: { labels } }) => ({ namespace, labels })),
  ]
  const isOwn = owners.some(({ namespace, labels }) =>
    MADE_FOR.some(
      (one) =>
        labels[one.name] === gateway.name &&
        (one.namespace === null ? namespace : labels[one.namespace]) === gateway.namespace,
    ),
  )
  const isOfOne = owners.some(({ labels }) => MADE_FOR.some((one) => one.name in labels))
  if (isOfOne || gatewayClass === null) return isOwn
  return owners.some(({ labels }) => controllerOf({ labels })?.gateway?.test(gatewayClass.controller) === true)
}

function templatesOf({ pods, workloads }: EdgePath): PodPlacement[] {
  return [...pods.map(({ placement }) => placement), ...workloads.map(({ template }) => template)]
}
