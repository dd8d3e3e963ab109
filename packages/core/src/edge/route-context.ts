import type { RuleContext } from '../causes/context.ts'
import type { Inventory } from '../cluster/inventory.ts'
import type { Outcome } from '../model/outcome.ts'
import type { PodSnapshot, ServiceSnapshot } from '../model/snapshot.ts'
import type { Claim, Door, RouteTrack } from './route-track.ts'

/** Everything that a rule for routes may look at: one route at one moment. */
export interface RouteContext {
  at: number
  kubectl: readonly string[]
  inventory: Readonly<Inventory>
  route: RouteTrack
  door: Door
  /** What the edge proxy answered; null where it is not asked, or gave no answer yet. */
  answer: Outcome | null
  /** It is what the edge answers for a host that nobody has. */
  likeControl: boolean
  /** The claim that counts. */
  claim: Claim
  /** What is behind it, as a rule for ports sees it; null where there is no such Service or port. */
  behind: RuleContext | null
  service: ServiceSnapshot | null
  /** What a pod of it answered from within, through the API server; null where none was asked. */
  inside: Outcome | null
  /** Of the edge proxy, as far as they are known. */
  edgePods: readonly PodSnapshot[]
}

/** An edge proxy may take so long to follow a change of the objects. */
export const FOLLOWS_MS = 10_000

/** The application is silent, or somebody else speaks for it. */
export function failed({ answer, likeControl }: RouteContext): boolean {
  const status = answer?.status ?? 0
  return answer !== null && (likeControl || status === 404 || status >= 500 || status === 0)
}

/** A gateway's words for a backend that is not well. Source: RFC 9110, 15.6. */
export function isGatewayStatus({ answer }: RouteContext): boolean {
  return [502, 503, 504].includes(answer?.status ?? 0)
}

/** The pod gives the same answer from within: it is the application's own. */
export function isOwnAnswer({ answer, inside }: RouteContext): boolean {
  return inside?.status !== undefined && inside.status === answer?.status
}

/** The pod gives another answer than the edge does. */
export function differsInside({ answer, inside }: RouteContext): boolean {
  return inside?.status !== undefined && inside.status !== answer?.status
}
