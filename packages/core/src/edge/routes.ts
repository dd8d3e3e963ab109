import type { Inventory } from '../cluster/inventory.ts'
import { hash } from '../model/hash.ts'
import { keyOf } from '../model/snapshot.ts'
import { gatewayClaims } from './gateway-claims.ts'
import { ingressClaims } from './ingress-claims.ts'
import type { Entry, PlacedClaim } from './placed-claim.ts'
import type { Claim, Route } from './route-track.ts'
import { traefikClaims } from './traefik-claims.ts'
import { refusalOf } from './who-serves.ts'

/** So many routes of a cluster are probed; the others are counted. */
export const MOST_ROUTES = 64

/** Whether anything there claims hosts and paths. */
export function hasRoutes({ ingresses, httpRoutes, ingressRoutes, otherRoutes }: Readonly<Inventory>): boolean {
  return ingresses.size + httpRoutes.size + ingressRoutes.size + otherRoutes.size > 0
}

/**
 * The hosts and paths that the objects of a cluster claim, each behind the port that leads to the edge proxy that is to
 * serve it.
 *
 * @param entries the mapped ports, in the order in which they are preferred
 */
export function wantedRoutes(
  inventory: Readonly<Inventory>,
  entries: readonly Entry[],
): { routes: Route[]; leftOut: { count: number; names: string[] } } {
  const claims = [
    ...ingressClaims(inventory, entries),
    ...gatewayClaims(inventory, entries),
    ...traefikClaims(inventory, entries),
  ].map((claim) => ({ ...claim, host: claim.host.toLowerCase(), path: askable(claim) }))
  const byPlace = Map.groupBy(
    claims.filter(({ conditional }) => conditional !== true),
    ({ served, host, path, pathType }) => JSON.stringify([served, host, path, pathType === 'Exact']),
  )
  const routes = uniquely(inventory, [...byPlace.values()].map(routeOf)).sort(inOrder)
  const rest = [
    ...routes.slice(MOST_ROUTES).map(({ name }) => name),
    ...claims.filter(({ conditional }) => conditional === true).map(nameOf),
  ]
  return {
    routes: routes.slice(0, MOST_ROUTES),
    leftOut: { count: rest.length, names: [...new Set(rest)].slice(0, 5) },
  }
}

/** What can be asked for: of a path that a controller takes for a pattern the folder that it begins with. */
function askable({ path, pathType }: PlacedClaim): string {
  if (pathType === 'Exact' || pathType === 'Prefix') return path || '/'
  const plain = /^[\w\-./~%]*/.exec(path)?.[0] ?? ''
  return (plain === path ? plain : plain.replace(/[^/]*$/, '')) || '/'
}

function nameOf({ host, path }: Pick<PlacedClaim, 'host' | 'path'>): string {
  return `${host === '' ? '*' : host}${path}`
}

function routeOf(same: readonly PlacedClaim[]): Route {
  const claims = same.toSorted(
    (a, b) => a.object.createdAt - b.object.createdAt || keyOf(a.object).localeCompare(keyOf(b.object)),
  ) as [PlacedClaim, ...PlacedClaim[]]
  const [{ className, host, path, secret, door, why }] = claims
  const name = nameOf({ host, path })
  return {
    target: targetOf(door, name),
    name,
    host,
    path,
    claims: claims.map(({ object, backend, place, listener }) => ({
      object,
      backend,
      place,
      ...(listener !== undefined && { listener }),
    })) as [Claim, ...Claim[]],
    className,
    secret,
    door: door?.target ?? null,
    why,
  }
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

/**
 * Two classes or Gateways may claim one place at the same port. Those that their controllers refuse leave it to the others, which
 * compete for it as if they were of one Gateway.
 */
function uniquely(inventory: Readonly<Inventory>, routes: readonly Route[]): Route[] {
  return [...Map.groupBy(routes, ({ target }) => target).values()].map((same) => {
    const taken = same.filter(({ claims: [claim] }) => refusalOf(inventory, claim) === null)
    const [first, ...others] = (taken.length > 0 ? taken : same).toSorted(byAge) as [Route, ...Route[]]
    return { ...first, claims: [...first.claims, ...others.flatMap(({ claims }) => claims)] }
  })
}

function byAge({ claims: [one] }: Route, { claims: [other] }: Route): number {
  return one.object.createdAt - other.object.createdAt || keyOf(one.object).localeCompare(keyOf(other.object))
}

function inOrder(a: Route, b: Route): number {
  return Number(a.door === null) - Number(b.door === null) || a.target.localeCompare(b.target, 'en', { numeric: true })
}
