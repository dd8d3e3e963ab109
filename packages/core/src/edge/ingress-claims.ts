import type { Inventory } from '../cluster/inventory.ts'
import type { IngressClassSnapshot, IngressSnapshot } from '../model/edge-snapshot.ts'
import { isEdge, servesClass } from './controllers.ts'
import { bestEntry, type Entry, type Place, type PlacedClaim } from './placed-claim.ts'
import { unmappedText } from './unmapped-edge.ts'
import { classNamed, ingressClassFault } from './who-serves.ts'

/** What Ingresses claim, each behind the port that leads to the edge proxy of its class. */
export function ingressClaims(inventory: Readonly<Inventory>, entries: readonly Entry[]): PlacedClaim[] {
  const edges = entries.filter(({ path }) => isEdge(path))
  const places = new Map<string, Place>()
  const placeOf = (className: string | null, wanted: 'http' | 'https') => {
    const key = JSON.stringify([className, wanted])
    const known = places.get(key) ?? findPlace(inventory, edges, className, wanted)
    places.set(key, known)
    return known
  }
  return [...inventory.ingresses.values()]
    .filter(({ canary }) => canary !== true)
    .flatMap((object) => {
      const className = object.className ?? defaultClass(inventory)
      return object.rules.map((rule): PlacedClaim => {
        const secret = secretFor(object, rule.host)
        const place = placeOf(className, secret === null ? 'http' : 'https')
        return { object, ...rule, ...place, served: JSON.stringify(className), className, secret }
      })
    })
}

/** Without a class an Ingress is of the default one. Source: Kubernetes, "Ingress", default IngressClass. */
function defaultClass({ ingressClasses }: Readonly<Inventory>): string | null {
  return [...ingressClasses.values()].find(({ isDefault }) => isDefault)?.name ?? null
}

function secretFor({ namespace, tls }: IngressSnapshot, host: string): PlacedClaim['secret'] {
  const found = tls.find(({ hosts }) => hosts.some((one) => covers(one.toLowerCase(), host.toLowerCase())))
  return found === undefined ? null : { namespace, name: found.secretName }
}

function covers(tlsHost: string, host: string): boolean {
  return tlsHost === host || (tlsHost.startsWith('*.') && host.slice(host.indexOf('.')) === tlsHost.slice(1))
}

function notMapped(inventory: Readonly<Inventory>, ingressClass: IngressClassSnapshot): string {
  const { name } = ingressClass
  const place = unmappedText(inventory, (path) => servesClass(path, name, ingressClass))
  return `no mapped port leads to the edge proxy of class ${name}${place}`
}

function findPlace(
  inventory: Readonly<Inventory>,
  edges: readonly Entry[],
  className: string | null,
  wanted: 'http' | 'https',
): Place {
  const ingressClass = className === null ? null : classNamed(inventory, className)
  const own = className === null ? [] : edges.filter(({ path }) => servesClass(path, className, ingressClass))
  if (own.length > 0) return { door: bestEntry(own, wanted), why: null }
  const why = ingressClassFault(inventory, className)
  // Of a class that exists another one than its own controller is not to be asked.
  if (ingressClass !== null) return { door: null, why: why ?? notMapped(inventory, ingressClass) }
  if (edges.length === 0) return { door: null, why: why ?? 'no mapped port is known to lead to an edge proxy' }
  return { door: bestEntry(edges, wanted), why }
}
