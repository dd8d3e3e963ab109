import type { Cause } from '../model/cause.ts'
import { seenAt } from '../probing/probe-history.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { citeAgents } from '../causes/cite-agents.ts'
import { citePlacements, citeProbes } from '../causes/cite.ts'
import { mappedNodeFromElsewhere, noneAnswers } from '../causes/inside.ts'
import { predictedSymptoms } from '../causes/mechanisms.ts'
import { answersAtOwnNode } from '../causes/own-node.ts'
import type { Rule } from '../causes/rule.ts'
import { RULES } from '../causes/index.ts'
import { lookAlikes, waysToSeparate } from '../causes/confusions.ts'
import { isSettling, type Seen, type RuleContext } from '../causes/context.ts'
import type { Assessment } from './assess.ts'
import { unproven } from './unproven.ts'
import type { Verdict } from './verdict.ts'

/** What is known beside the moment: since when each rule holds, and what was said before. */
export interface Onset {
  /** null: as long as we have watched. undefined: it does not hold. */
  since(cause: Cause): number | null | undefined
  /** When the port went dark. */
  darkSince: number
  previous: Cause | null
}

/** The cause that the objects, the symptoms and the order of events point to, or `unproven`. */
export function diagnose(assessment: Assessment, onset: Onset): Verdict {
  const { context } = assessment
  for (const rule of RULES) {
    if (!assessment.applies(rule)) continue
    const fit = fitOf(rule, context, onset.darkSince)
    if (fit !== 'no') return verdictOf(rule, context, onset, fit)
  }
  return unproven(context)
}

/** Causes that were considered and do not fit, each with the reason. */
export function ruleOut(assessment: Assessment, verdict: Cause | null): { cause: Cause; because: string }[] {
  const { context } = assessment
  return RULES.filter((rule) => rule.cause !== verdict).map((rule) => ({
    cause: rule.cause,
    because: assessment.applies(rule) ? contradiction(rule, context) : rule.absence(context),
  }))
}

/**
 * `exact`: every vantage that fails, fails as predicted. `tolerated`: not so, but endpoints changed a moment ago and
 * the rules are on their way. `no`: what was seen contradicts the rule.
 */
type Fit = 'exact' | 'tolerated' | 'no'

function fitOf(rule: Rule, context: RuleContext, darkSince: number): Fit {
  const mechanism = rule.mechanism(context)
  if (mechanism === 'any') return 'exact'
  const telling = context.deciding.filter(
    (seen) => isFresh(seen, context) && isOfNow(seen, darkSince) && allowed(rule, context, seen).length > 0,
  )
  if (telling.length === 0) return 'no'
  if (telling.every((seen) => allowed(rule, context, seen).includes(symptomOf(seen)))) return 'exact'
  return isSettling(context) && telling.some((seen) => !isReachable(symptomOf(seen))) ? 'tolerated' : 'no'
}

function allowed(rule: Rule, context: RuleContext, seen: Seen): readonly Symptom[] {
  const mechanism = rule.mechanism(context)
  return mechanism === 'any'
    ? [symptomOf(seen)]
    : predictedSymptoms(mechanism, seen.point.vantage, context.engine, context.path.mapping.protocol)
}

function symptomOf(seen: Seen): Symptom {
  return seen.history.last?.symptom ?? 'local_error'
}

/** Seen since the path is what it is now. */
function isFresh(seen: Seen, { changedAt }: RuleContext): boolean {
  const at = seenAt(seen.history)
  return at !== null && (changedAt === null || at >= changedAt)
}

/** An answer from before the port went dark contradicts nothing. */
function isOfNow(seen: Seen, darkSince: number): boolean {
  return !isReachable(symptomOf(seen)) || (seenAt(seen.history) ?? 0) >= darkSince
}

function contradiction(rule: Rule, context: RuleContext): string {
  const mechanism = rule.mechanism(context)
  const against = context.deciding.find((seen) => !allowed(rule, context, seen).includes(symptomOf(seen)))
  if (mechanism === 'any' || against === undefined) return 'another cause explains more'
  const expected = allowed(rule, context, against)
  return expected.length === 0
    ? 'another cause explains more'
    : `${against.point.vantage} would be ${expected.join(' or ')}, it is ${symptomOf(against)}`
}

function verdictOf(rule: Rule, context: RuleContext, onset: Onset, fit: Fit): Verdict {
  const candidates = lookAlikes(rule.cause, context)
  return {
    cause: rule.cause,
    confidence:
      candidates.length > 0 ? 'ambiguous' : fit === 'exact' && isProven(rule, context, onset) ? 'proven' : 'likely',
    candidates,
    summary: rule.summary(context),
    evidence: [
      ...rule.evidence(context),
      ...(rule.isGuess?.(context) === true ? citePlacements(context) : []),
      ...citeProbes(context),
      ...citeAgents(context),
    ],
    remedies: [
      ...rule.remedies(context),
      ...(candidates.length === 0 ? [] : waysToSeparate(context, [rule.cause, ...candidates])),
    ],
  }
}

function isProven(rule: Rule, context: RuleContext, onset: Onset): boolean {
  if (rule.provenByAgents?.(context) === true) return true
  if (rule.isGuess?.(context) === true) return false
  if (context.blind !== null && rule.provenByObjects?.(context) !== true) return false
  if (context.engine?.desktop === true && !separates(context)) return false
  return rule.provenByObjects?.(context) === true || onsetFollows(rule, onset) || separates(context)
}

/** We saw the change that made the rule true, and the port went dark after it (or was dark for another known cause). */
function onsetFollows(rule: Rule, onset: Onset): boolean {
  const since = onset.since(rule.cause)
  if (since === null || since === undefined) return false
  if (onset.darkSince >= since - 1000) return true
  return onset.previous !== null && onset.previous !== 'unproven'
}

/** The pod answers at its own node while the mapped node's address does not: what differs is the node alone. */
function separates(context: RuleContext): boolean {
  const own = context.deciding.find((seen) => seen.point.vantage === 'host/node-address')
  const isDark =
    (own !== undefined && !isReachable(symptomOf(own)) && isFresh(own, context)) ||
    noneAnswers(mappedNodeFromElsewhere(context))
  return isDark && answersAtOwnNode(context)
}
