import type { Cause, Confidence } from '../model/cause.ts'
import type { Evidence, Remedy } from '../model/incident.ts'
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
}

export const proven = (): Confidence => 'proven'
