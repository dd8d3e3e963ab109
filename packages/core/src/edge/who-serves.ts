import type { Inventory } from '../cluster/inventory.ts'
import type { GatewayClassSnapshot, HTTPRouteSnapshot, IngressClassSnapshot } from '../model/edge-snapshot.ts'
import type { Condition } from '../model/identified.ts'
import { keyOf } from '../model/snapshot.ts'
import { gatewayOf } from './claim.ts'
import { type Controller, controllerNamed, controllerOf, mayBeOf, TRAEFIK } from '../cluster/edge-proxies.ts'
import type { Claim, Route } from './route-track.ts'

export function classNamed({ ingressClasses }: Readonly<Inventory>, name: string): IngressClassSnapshot | null {
  return ingressClasses.get(keyOf({ kind: 'IngressClass', namespace: '', name })) ?? null
}

export function gatewayClassNamed({ gatewayClasses }: Readonly<Inventory>, name: string): GatewayClassSnapshot | null {
  return gatewayClasses.get(keyOf({ kind: 'GatewayClass', namespace: '', name })) ?? null
}

/** Why nobody can be expected to serve what claims the route, as a clause; null where somebody may. */
export function classFault(
  inventory: Readonly<Inventory>,
  { claims: [{ object }], className }: Pick<Route, 'claims' | 'className'>,
): string | null {
  switch (object.kind) {
    case 'Ingress':
      return ingressClassFault(inventory, className)
    case 'HTTPRoute':
      return className === null ? null : gatewayClassFault(inventory, className)
    case 'IngressRoute':
      return runs(inventory, TRAEFIK) ? null : 'no pod of Traefik runs, which IngressRoutes are for'
  }
}

/** A class that does not exist is perhaps yet to come; that nothing runs for one that exists is a fault. */
export function isClassThere(
  inventory: Readonly<Inventory>,
  { claims: [{ object }], className }: Pick<Route, 'claims' | 'className'>,
): boolean {
  if (object.kind === 'Ingress') return className !== null && classNamed(inventory, className) !== null
  return object.kind === 'HTTPRoute' && className !== null && gatewayClassNamed(inventory, className) !== null
}

export function ingressClassFault(inventory: Readonly<Inventory>, className: string | null): string | null {
  if (!inventory.listed.has('ingressclasses')) return null
  if (className === null) return 'the Ingress names no class, and no IngressClass is the default'
  const ingressClass = classNamed(inventory, className)
  if (ingressClass === null) return `there is no IngressClass ${className}`
  const controller = controllerNamed(ingressClass)
  if (controller === null || runs(inventory, controller)) return null
  return `no pod of ${controller.name} runs, which IngressClass ${className} is for`
}

function gatewayClassFault(inventory: Readonly<Inventory>, className: string): string | null {
  if (!inventory.listed.has('gatewayclasses')) return null
  const gatewayClass = gatewayClassNamed(inventory, className)
  if (gatewayClass === null) return `there is no GatewayClass ${className}`
  const { accepted, controller } = gatewayClass
  if (accepted?.status === 'True') return null
  if (accepted?.status === 'False') return `GatewayClass ${className} is not accepted (${conditionText(accepted)})`
  return `no controller has accepted GatewayClass ${className}, which is for ${controller || 'none'}`
}

function runs({ pods }: Readonly<Inventory>, controller: Controller): boolean {
  return [...pods.values()].some((pod) => controllerOf(pod.placement) === controller || mayBeOf(controller, pod))
}

/** Why the controller that runs does not serve the claim. */
export interface Refusal {
  /** The route itself, or what it leads to. */
  of: 'route' | 'backend'
  /** A clause. */
  text: string
  /** Of the condition that says so; empty where none does. */
  reason: string
  /** The condition is the controller's own, or an object is not there. */
  isProven: boolean
}

/** Source: Gateway API, the conditions of HTTPRoute and Gateway. */
export function refusalOf(inventory: Readonly<Inventory>, claim: Claim): Refusal | null {
  const { object, listener } = claim
  if (object.kind !== 'HTTPRoute' || listener === undefined) return null
  const gateway = gatewayOf(inventory, claim)
  const where = `Gateway ${listener.gateway.namespace}/${listener.gateway.name}`
  if (gateway === null) {
    if (!inventory.listed.has('gateways')) return null
    return { of: 'route', text: `there is no ${where}`, reason: '', isProven: true }
  }
  const statuses = statusesAt(object, listener)
  // Of two controllers one may have left, and of two ports one may be meant.
  const isTaken = statuses.some(({ accepted }) => accepted?.status === 'True')
  const accepted = statuses.map((one) => one.accepted).find(isFalse)
  if (accepted !== undefined && !isTaken)
    return saidBy('route', accepted, `its controller does not accept it at ${where}`)
  const resolved = statuses.map((one) => one.resolved).find(isFalse)
  if (resolved !== undefined && mayConcern(resolved, claim))
    return saidBy('backend', resolved, 'its controller cannot use what it leads to')
  if (isFalse(gateway.accepted)) return saidBy('route', gateway.accepted, `${where} is not accepted`)
  if (statuses.length > 0) return null
  return { of: 'route', text: `no controller has said yet whether ${where} takes it`, reason: '', isProven: false }
}

/** The condition is of all rules together: of several it concerns those that can have such a fault. */
function mayConcern({ reason }: Condition, { object, backend }: Claim): boolean {
  if (new Set(object.rules.map(({ place }) => place.split('/')[3])).size < 2) return true
  switch (reason) {
    case 'RefNotPermitted':
      return backend?.namespace !== undefined && backend.namespace !== object.namespace
    case 'InvalidKind':
      return backend === null
    default:
      return false
  }
}

/** Another of its Gateways may serve the route: none of those that are there refuses it. */
export function isServedElsewhere(inventory: Readonly<Inventory>, { object, listener }: Claim): boolean {
  return (
    object.kind === 'HTTPRoute' &&
    object.statuses.some(
      ({ gateway: { namespace, name }, accepted }) =>
        accepted?.status === 'True' &&
        (namespace !== listener?.gateway.namespace || name !== listener.gateway.name) &&
        inventory.gateways.has(keyOf({ kind: 'Gateway', namespace, name })),
    )
  )
}

function statusesAt({ statuses }: HTTPRouteSnapshot, { gateway, listener }: NonNullable<Claim['listener']>) {
  return statuses.filter(
    (one) =>
      one.gateway.namespace === gateway.namespace &&
      one.gateway.name === gateway.name &&
      (one.gateway.listener === '' || listener === '' || one.gateway.listener === listener),
  )
}

function isFalse(condition: Condition | null): condition is Condition {
  return condition?.status === 'False'
}

function saidBy(of: Refusal['of'], condition: Condition, text: string): Refusal {
  return { of, text: `${text} (${conditionText(condition)})`, reason: condition.reason, isProven: true }
}

const LONGEST_MESSAGE = 200

function conditionText({ reason, message }: Condition): string {
  const short = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message
  return short === '' ? reason : `${reason}: ${short}`
}
