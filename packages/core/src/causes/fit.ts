import { seenAt } from '../probing/probe-history.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import type { RuleContext, Seen } from './context.ts'
import { type Mechanism, predictedSymptoms } from './mechanisms.ts'

/**
 * The vantages that say something of the path as it is now and of a cause that works like this: those at which it shows.
 * An answer from before the port went dark contradicts nothing.
 *
 * @param darkSince when the port went dark
 */
export function tellingOf(
  mechanism: Mechanism,
  context: RuleContext,
  darkSince: number = context.darkSince ?? context.at,
): Seen[] {
  return context.deciding.filter(
    (seen) => isFresh(seen, context) && isOfNow(seen, darkSince) && allowed(mechanism, context, seen).length > 0,
  )
}

/** The vantages that see what such a cause cannot show. */
export function contradictions(mechanism: Mechanism | 'any', context: RuleContext, darkSince?: number): Seen[] {
  if (mechanism === 'any') return []
  return tellingOf(mechanism, context, darkSince).filter(
    (seen) => !allowed(mechanism, context, seen).includes(symptomOf(seen)),
  )
}

/** What such a cause shows at this vantage; empty: it says nothing there. */
export function allowed(mechanism: Mechanism, { engine, path }: RuleContext, { point }: Seen): readonly Symptom[] {
  return predictedSymptoms(mechanism, point.vantage, engine, path.mapping.protocol)
}

export function symptomOf({ history }: Seen): Symptom {
  return history.last?.symptom ?? 'local_error'
}

/** Seen since the path is what it is now. */
export function isFresh({ history }: Seen, { changedAt }: RuleContext): boolean {
  const at = seenAt(history)
  return at !== null && (changedAt === null || at >= changedAt)
}

function isOfNow(seen: Seen, darkSince: number): boolean {
  return !isReachable(symptomOf(seen)) || (seenAt(seen.history) ?? 0) >= darkSince
}
