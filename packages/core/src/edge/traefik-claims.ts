import type { Inventory } from '../cluster/inventory.ts'
import type { Path } from '../route/path.ts'
import { isTraefik } from './controllers.ts'
import { bestEntry, type Entry, type Place, type PlacedClaim } from './placed-claim.ts'
import { unmappedText } from './unmapped-edge.ts'

/** What Traefik's own objects claim, each behind the port that leads to its entry points. */
export function traefikClaims(inventory: Readonly<Inventory>, entries: readonly Entry[]): PlacedClaim[] {
  const edges = entries.filter(({ path }) => isTraefik(path))
  const objects = [...inventory.ingressRoutes.values()]
  const unmapped = edges.length > 0 || objects.length === 0 ? '' : unmappedText(inventory, isTraefik)
  return objects.flatMap((object) => {
    const { namespace, entryPoints } = object
    const secret = object.secret === null ? null : { namespace, name: object.secret }
    const place = findPlace(edges, unmapped, entryPoints, secret === null ? 'http' : 'https')
    const served = JSON.stringify(['traefik', ...entryPoints.toSorted()])
    return object.rules.map((rule): PlacedClaim => ({ object, ...rule, ...place, served, className: null, secret }))
  })
}

function findPlace(
  edges: readonly Entry[],
  unmapped: string,
  entryPoints: readonly string[],
  wanted: 'http' | 'https',
): Place {
  if (edges.length === 0) return { door: null, why: `no mapped port is known to lead to Traefik${unmapped}` }
  if (entryPoints.length === 0) return { door: bestEntry(edges, wanted), why: null }
  const own = edges.filter(({ path }) => namesWithin(path).some((name) => entryPoints.includes(name)))
  const why = own.length === 0 ? `no mapped port is known to lead to entry point ${entryPoints[0]} of Traefik` : null
  return { door: bestEntry(own, wanted), why }
}

/** An entry point is called as the port of the Service, or of the pod. Source: Traefik's chart. */
function namesWithin({ route, endpoints, pods }: Path): string[] {
  const targets = endpoints.map(({ port }) => port)
  const ports = pods.flatMap(({ placement }) => placement.ports)
  if (route.kind === 'nodePort') {
    const { name, targetPort } = route.port
    const own = ports.filter(({ containerPort }) => targets.includes(containerPort))
    return [name, targetPort, ...own.map((one) => one.name)]
  }
  if (route.kind === 'none') return []
  const own = ports.filter(({ hostPort, containerPort }) => (hostPort || containerPort) === route.port)
  return own.map(({ name }) => name)
}
