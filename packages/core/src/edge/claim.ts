import type { Inventory } from '../cluster/inventory.ts'
import type { GatewaySnapshot } from '../model/edge-snapshot.ts'
import { keyOf, type ServicePort, type ServiceSnapshot } from '../model/snapshot.ts'
import type { Claim } from './route-track.ts'

/** As `Ingress default/shop`. */
export function claimantOf({ object }: Claim): string {
  return `${object.kind} ${object.namespace}/${object.name}`
}

/** Where the backend is; null for one that is no Service. */
export function backendOf({ object, backend }: Claim): { namespace: string; name: string; port: string } | null {
  if (backend === null) return null
  return { namespace: backend.namespace ?? object.namespace, name: backend.service, port: backend.port }
}

/** As `Service default/shop`. */
export function backendName(claim: Claim): string {
  const backend = backendOf(claim)
  return backend === null ? 'no Service' : `Service ${backend.namespace}/${backend.name}`
}

export function serviceOf({ services }: Readonly<Inventory>, claim: Claim): ServiceSnapshot | null {
  const backend = backendOf(claim)
  return backend === null ? null : (services.get(keyOf({ kind: 'Service', ...backend })) ?? null)
}

/** The Service that the claim leads to, and its port; each null where there is none. */
export function servicePortOf(
  inventory: Readonly<Inventory>,
  claim: Claim,
): { service: ServiceSnapshot; port: ServicePort | null } | { service: null; port: null } {
  const service = serviceOf(inventory, claim)
  if (service === null) return { service, port: null }
  const wanted = backendOf(claim)?.port
  return { service, port: service.ports.find(({ name, port }) => name === wanted || String(port) === wanted) ?? null }
}

/** The Gateway of an HTTPRoute; null where it is not there, and for any other claim. */
export function gatewayOf({ gateways }: Readonly<Inventory>, { listener }: Claim): GatewaySnapshot | null {
  return listener === undefined ? null : (gateways.get(keyOf({ kind: 'Gateway', ...listener.gateway })) ?? null)
}

/** What leads the claim to another port of its Service. */
export function portPatch({ object, place }: Claim, port: number): string {
  const [path, value] =
    object.kind === 'Ingress' ? [`${place}/service/port`, { number: port }] : [`${place}/port`, port]
  return JSON.stringify([{ op: 'replace', path, value }])
}
