import type { Inventory } from '../cluster/inventory.ts'
import type { GatewayListener, GatewayRef, GatewaySnapshot, HTTPRouteSnapshot } from '../model/edge-snapshot.ts'
import { keyOf } from '../model/snapshot.ts'
import type { Path } from '../route/path.ts'
import { servesGateway } from './controllers.ts'
import type { Entry, Place, PlacedClaim } from './placed-claim.ts'
import { unmappedText } from './unmapped-edge.ts'
import { gatewayClassNamed } from './who-serves.ts'

/** What HTTPRoutes claim, each behind the ports that lead to the listeners of its Gateways. */
export function gatewayClaims(inventory: Readonly<Inventory>, entries: readonly Entry[]): PlacedClaim[] {
  const places = new Map<GatewaySnapshot, Places>()
  const placesOf = (gateway: GatewaySnapshot) =>
    places.getOrInsertComputed(gateway, () => findPlaces(inventory, entries, gateway))
  return [...inventory.httpRoutes.values()].flatMap((object) =>
    object.parents
      .values()
      .flatMap((parent) => claimsAt(inventory, placesOf, object, parent))
      .take(MOST_CLAIMS)
      .toArray(),
  )
}

/** The ports that lead to the Gateways of routes that are not probed, and the names of those routes. */
export function unprobedRoutes(inventory: Readonly<Inventory>, entries: readonly Entry[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { kind, namespace, name, parents } of inventory.otherRoutes.values()) {
    const doors = parents.flatMap((parent) => {
      const gateway = inventory.gateways.get(keyOf({ ...parent, kind: 'Gateway' }))
      if (gateway === undefined) return []
      return [...findPlaces(inventory, entries, gateway)].flatMap(([listener, { door }]) =>
        door !== null && isMeant(listener, parent) ? [door.target] : [],
      )
    })
    for (const door of new Set(doors)) found.getOrInsertComputed(door, () => []).push(`${kind} ${namespace}/${name}`)
  }
  return found
}

/** Of one object: its parents, their listeners, hosts and matches are many times as many together. */
const MOST_CLAIMS = 200

/** The ports that lead to the listeners of one Gateway. */
type Places = ReadonlyMap<GatewayListener, Place>

function claimsAt(
  inventory: Readonly<Inventory>,
  placesOf: (gateway: GatewaySnapshot) => Places,
  object: HTTPRouteSnapshot,
  parent: GatewayRef,
): PlacedClaim[] {
  const { namespace, name } = parent
  const gateway = inventory.gateways.get(keyOf({ kind: 'Gateway', namespace, name }))
  const wanted = { object, served: JSON.stringify([namespace, name, '']) }
  if (gateway === undefined) {
    const why = inventory.listed.has('gateways')
      ? `there is no Gateway ${namespace}/${name}`
      : `Gateway ${namespace}/${name} is not known`
    const listener = { gateway: { namespace, name }, listener: '' }
    return object.rules.map((rule) => ({
      ...wanted,
      ...rule,
      listener,
      className: null,
      secret: null,
      door: null,
      why,
    }))
  }
  const { className } = gateway
  const places = placesOf(gateway)
  // The controller says of what fits nowhere that it does not: that is to be seen at one door.
  const [first] = [...places].filter(([, { door }]) => door !== null).map(([one]) => one)
  const misfit = first ?? gateway.listeners.find(isOfHttp)
  const open = gateway.listeners.filter((listener) => takes(listener, parent, object))
  const every = object.rules.values().flatMap((rule) => {
    const fitting = open.flatMap((listener) => {
      const host = commonHost(listener.host, rule.host)
      return host === null ? [] : [{ listener, host, name: listener.name, secret: listener.secret }]
    })
    // The certificate of a listener that does not take the host is not for it either.
    const unfitting = misfit === undefined ? [] : [{ listener: misfit, host: rule.host, name: '', secret: null }]
    return (fitting.length > 0 ? fitting : unfitting).map(({ listener, host, name: listenerName, secret }) => {
      const place = places.get(listener) ?? { door: null, why: null }
      const served = JSON.stringify([namespace, name, listener.name])
      const at = { gateway: { namespace, name }, listener: listenerName }
      return { ...wanted, ...rule, ...place, host, served, listener: at, className, secret }
    })
  })
  const claims = every.take(MOST_CLAIMS).toArray()
  const reached = claims.filter(({ door }) => door !== null)
  // A port that nobody mapped is no fault of a route that another one leads to.
  return reached.length > 0 ? reached : claims
}

function takes(listener: GatewayListener, parent: GatewayRef, { namespace }: HTTPRouteSnapshot): boolean {
  return isOfHttp(listener) && isMeant(listener, parent) && (listener.takesOthers || namespace === parent.namespace)
}

function isMeant(listener: GatewayListener, parent: GatewayRef): boolean {
  return (
    (parent.listener === '' || parent.listener === listener.name) &&
    (parent.port === 0 || parent.port === listener.port)
  )
}

/** TLS is ended at the listener. */
function isOfHttp({ protocol }: GatewayListener): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS'
}

/** The hosts that both take; null for none. A wildcard stands for one or more labels. Source: Gateway API, HTTPRoute. */
export function commonHost(one: string, other: string): string | null {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  if (a === '' || a === b) return b
  if (b === '') return a
  if (within(b, a)) return b
  return within(a, b) ? a : null
}

function within(host: string, wildcard: string): boolean {
  return wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1)) && host !== wildcard
}

function findPlaces(inventory: Readonly<Inventory>, entries: readonly Entry[], gateway: GatewaySnapshot): Places {
  const where = `Gateway ${gateway.namespace}/${gateway.name}`
  const gatewayClass = gatewayClassNamed(inventory, gateway.className)
  const own = entries
    .filter(({ path }) => servesGateway(path, gateway, gatewayClass))
    .map((door) => ({ door, ports: portsWithin(door.path) }))
  const unmapped = own.length > 0 ? '' : unmappedText(inventory, (path) => servesGateway(path, gateway, gatewayClass))
  return new Map(
    gateway.listeners.map((listener): [GatewayListener, Place] => {
      const { name, port } = listener
      const found = own.find(({ ports }) => ports.includes(port))
      if (found !== undefined) return [listener, { door: found.door, why: null }]
      if (own.length === 0)
        return [listener, { door: null, why: `no mapped port is known to lead to ${where}${unmapped}` }]
      return [listener, { door: null, why: `no mapped port leads to listener ${name} (port ${port}) of ${where}` }]
    }),
  )
}

/** The numbers under which a port may be known to the controller: that of its Service, and that of its pods. */
function portsWithin({ route, endpoints, pods }: Path): number[] {
  if (route.kind === 'none') return []
  const targets = endpoints.map(({ port }) => port)
  if (route.kind === 'nodePort') return [route.port.port, Number(route.port.targetPort), ...targets]
  const own = pods.flatMap(({ placement }) => placement.ports).filter(({ hostPort }) => hostPort === route.port)
  return [route.port, ...targets, ...own.map(({ containerPort }) => containerPort)]
}
