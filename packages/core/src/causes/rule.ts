import type { Cause } from '../model/cause.ts'
import type { Evidence, Remedy } from '../model/incident.ts'
import type { Mechanism } from './mechanisms.ts'
import type { RuleContext } from './context.ts'

/** One cause: data and small functions over a context. Rules do not know each other; `rules/index.ts` orders them. */
export interface Rule {
  cause: Cause
  /** What the cause is, in one sentence, for docs/causes.md. */
  title: string
  /** What helps, for docs/causes.md. */
  cure: string
  /** The objects say that this is so now. */
  holds(context: RuleContext): boolean
  /** What it does to the packets: this is what the symptoms are compared with. `any`: whatever fails fits. */
  mechanism(context: RuleContext): Mechanism | 'any'
  /** The objects alone prove it, once the symptom fits. */
  provenByObjects?(context: RuleContext): boolean
  /** What agents inside the cluster saw proves it, once the symptom fits. */
  provenByAgents?(context: RuleContext): boolean
  /** A rule that was read in the mapped node proves it, once the symptom fits: whatever else looks so is not the cause. */
  provenByRules?(context: RuleContext): boolean
  /** The objects leave room for the port to answer all the same; then one failure is not enough and nothing is proven. */
  isGuess?(context: RuleContext): boolean
  /** It shows in how a connection goes: of a UDP port nothing can be said. */
  tcpOnly?: true
  /** One sentence: what happened, where, to whom. */
  summary(context: RuleContext): string
  evidence(context: RuleContext): Evidence[]
  remedies(context: RuleContext): Remedy[]
  /** Why it is out of the question, for `explain`. */
  absence(context: RuleContext): string
}

/** Nothing speaks against it but that another cause is more to the point. */
export const EXPLAINED = 'another cause explains more'

export function defineRule(rule: Rule): Rule {
  return rule
}
