import type { Cause, Confidence } from '../model/cause.ts'
import type { Evidence, Remedy } from '../model/incident.ts'
import { backendOf, claimantOf } from './claim.ts'
import type { RouteContext } from './route-context.ts'

/** Why a route is broken: like a rule for ports, over what is known of one route. */
export interface RouteRule {
  cause: Cause
  /** It is so, and the answer is what follows from it. */
  holds(context: RouteContext): boolean
  confidence(context: RouteContext): Confidence
  candidates?(context: RouteContext): Cause[]
  /** One sentence, without the name of the route. */
  summary(context: RouteContext): string
  evidence(context: RouteContext): Evidence[]
  remedies(context: RouteContext): Remedy[]
  /** What is amiss, where that is no matter of this route alone: routes of the same fault are one incident. */
  fault?(context: Pick<RouteContext, 'claim'>): string
}

/** Nobody serves what claims the route. */
export const ofClaimant = ({ claim }: Pick<RouteContext, 'claim'>): string => claimantOf(claim)

/** Something is amiss with the Service behind the route. */
export const ofBackend =
  (what: string) =>
  ({ claim }: Pick<RouteContext, 'claim'>): string =>
    `${what} ${JSON.stringify(backendOf(claim))}`

export const proven = (): Confidence => 'proven'
