import type { Inventory } from '../cluster/inventory.ts'
import { hash } from '../model/hash.ts'
import { type IngressClassSnapshot, type IngressSnapshot, keyOf } from '../model/snapshot.ts'
import type { Path } from '../route/path.ts'
import { controllerNamed, controllerOf, isEdge, mayBeOf, servesClass } from './controllers.ts'
import type { Claim, Door, Route } from './route-track.ts'

/** So many routes of a cluster are probed; the others are counted. */
export const MOST_ROUTES = 64

/** A port as a place where routes may be served. */
export type Entry = Pick<Door, 'target' | 'protocol'> & { path: Path; hostPort: number }

/**
 * The hosts and paths that the Ingresses of a cluster claim, each behind the port that leads to the edge proxy of its class.
 *
 * @param entries the mapped ports, in the order in which they are preferred
 */
export function wantedRoutes(
  inventory: Readonly<Inventory>,
  entries: readonly Entry[],
): { routes: Route[]; leftOut: { count: number; names: string[] } } {
  const edges = entries.filter(({ path }) => isEdge(path))
  const claims = [...inventory.ingresses.values()].flatMap((ingress) => claimsOf(inventory, ingress))
  const byPlace = Map.groupBy(claims, ({ className, host, path, pathType }) =>
    JSON.stringify([className, host, path, pathType === 'Exact']),
  )
  const all = [...byPlace.values()].map((same) => routeOf(inventory, edges, same))
  const routes = uniquely(all).sort(inOrder)
  const rest = routes.slice(MOST_ROUTES)
  return {
    routes: routes.slice(0, MOST_ROUTES),
    leftOut: { count: rest.length, names: rest.slice(0, 5).map((one) => one.name) },
  }
}

interface PlacedClaim extends Claim {
  className: string | null
  host: string
  path: string
  pathType: string
}

function claimsOf(inventory: Readonly<Inventory>, ingress: IngressSnapshot): PlacedClaim[] {
  if (ingress.canary === true) return []
  const className = ingress.className ?? defaultClass(inventory)
  return ingress.rules.map(({ host, path, pathType, backend, place }) => ({
    ingress,
    backend,
    place,
    className,
    host: host.toLowerCase(),
    path: askable(path, pathType),
    pathType,
  }))
}

/** Without a class an Ingress is of the default one. Source: Kubernetes, "Ingress", default IngressClass. */
function defaultClass({ ingressClasses }: Readonly<Inventory>): string | null {
  return [...ingressClasses.values()].find(({ isDefault }) => isDefault)?.name ?? null
}

/** What can be asked for: of a path that a controller takes for a pattern the folder that it begins with. */
function askable(path: string, pathType: string): string {
  const plain = pathType === 'ImplementationSpecific' ? (/^[\w\-./~%]*/.exec(path)?.[0] ?? '') : path
  return (plain === path ? plain : plain.replace(/[^/]*$/, '')) || '/'
}

function routeOf(inventory: Readonly<Inventory>, edges: readonly Entry[], same: readonly PlacedClaim[]): Route {
  const claims = same.toSorted(
    (a, b) => a.ingress.createdAt - b.ingress.createdAt || keyOf(a.ingress).localeCompare(keyOf(b.ingress)),
  ) as [PlacedClaim, ...PlacedClaim[]]
  const [{ ingress, className, host, path }] = claims
  const tls = ingress.tls.find(({ hosts }) => hosts.some((one) => covers(one.toLowerCase(), host)))
  const secret = tls?.secretName ?? null
  const { door, why } = doorFor(inventory, edges, className, secret === null ? 'http' : 'https')
  const name = `${host === '' ? '*' : host}${path}`
  return {
    target: targetOf(door, name),
    name,
    host,
    path,
    claims: claims.map(({ ingress: from, backend, place }) => ({ ingress: from, backend, place })) as [
      Claim,
      ...Claim[],
    ],
    className,
    secret,
    door: door?.target ?? null,
    why,
  }
}

function covers(tlsHost: string, host: string): boolean {
  return tlsHost === host || (tlsHost.startsWith('*.') && host.slice(host.indexOf('.')) === tlsHost.slice(1))
}

function doorFor(
  inventory: Readonly<Inventory>,
  edges: readonly Entry[],
  className: string | null,
  wanted: 'http' | 'https',
): { door: Entry | null; why: string | null } {
  const ingressClass = className === null ? null : classNamed(inventory, className)
  const own = className === null ? [] : edges.filter(({ path }) => servesClass(path, className, ingressClass))
  if (own.length > 0) return { door: best(own, wanted), why: null }
  const why = classFault(inventory, className)
  // Of a class that exists another one than its own controller is not to be asked.
  if (ingressClass !== null)
    return { door: null, why: why ?? `no mapped port leads to the edge proxy of class ${ingressClass.name}` }
  if (edges.length === 0) return { door: null, why: why ?? 'no mapped port is known to lead to an edge proxy' }
  return { door: best(edges, wanted), why }
}

/** The port that speaks what the route needs, else one of which that is not known yet. */
function best(edges: readonly Entry[], wanted: 'http' | 'https'): Entry | null {
  return edges.find((one) => one.protocol === wanted) ?? edges.find((one) => one.protocol === null) ?? edges[0] ?? null
}

export function classNamed({ ingressClasses }: Readonly<Inventory>, name: string): IngressClassSnapshot | null {
  return ingressClasses.get(keyOf({ kind: 'IngressClass', namespace: '', name })) ?? null
}

/** Why nobody can be expected to serve the class, as a clause; null where somebody may. */
export function classFault(inventory: Readonly<Inventory>, className: string | null): string | null {
  if (!inventory.listed.has('ingressclasses')) return null
  if (className === null) return 'the Ingress names no class, and no IngressClass is the default'
  const ingressClass = classNamed(inventory, className)
  if (ingressClass === null) return `there is no IngressClass ${className}`
  const controller = controllerNamed(ingressClass)
  if (controller === null) return null
  const runs = [...inventory.pods.values()].some(
    (pod) => controllerOf(pod.placement) === controller || mayBeOf(controller, pod),
  )
  return runs ? null : `no pod of ${controller.name} runs, which IngressClass ${className} is for`
}

const LONGEST = 200
const FOREIGN = /[^\w.:/*~-]/g

function targetOf(door: Entry | null, name: string): string {
  const before = `route:${door === null ? '-' : door.target.replace(/^host:/, '')}/`
  const plain = name.replaceAll(FOREIGN, '_')
  if (plain === name && before.length + name.length <= LONGEST) return before + name
  const mark = `~${hash(name).toString(36)}`
  return `${before}${plain.slice(0, LONGEST - before.length - mark.length)}${mark}`
}

/** Two classes may claim one place at the same port: the first keeps the name. */
function uniquely(routes: readonly Route[]): Route[] {
  return [...new Map(routes.toReversed().map((route) => [route.target, route])).values()]
}

function inOrder(a: Route, b: Route): number {
  return Number(a.door === null) - Number(b.door === null) || a.target.localeCompare(b.target, 'en', { numeric: true })
}
