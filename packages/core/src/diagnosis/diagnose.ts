import type { Cause } from '../model/cause.ts'
import { seenAt } from '../probing/sighting.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { citeAgents } from '../causes/cite-agents.ts'
import { citePlacements, citeProbes } from '../causes/cite.ts'
import { mappedNodeFromElsewhere, noneAnswers } from '../causes/inside.ts'
import { predictedSymptoms } from '../causes/mechanisms.ts'
import { answersAtOwnNode } from '../causes/own-node.ts'
import type { Rule } from '../causes/rule.ts'
import { RULES } from '../causes/index.ts'
import { lookAlikes, waysToSeparate } from '../causes/confusions.ts'
import { isSettling, type Seen, type Situation } from '../causes/situation.ts'
import type { Assessment } from './assess.ts'
import { unproven } from './unproven.ts'
import type { Verdict } from './verdict.ts'

/** What is known beside the moment: since when each rule holds, and what was said before. */
export interface History {
  /** null: as long as we have watched. undefined: it does not hold. */
  since(cause: Cause): number | null | undefined
  /** When the port went dark. */
  darkSince: number
  previous: Cause | null
}

/** The cause that the objects, the symptoms and the order of events point to, or `unproven`. */
export function diagnose(assessment: Assessment, history: History): Verdict {
  const { context } = assessment
  for (const rule of RULES) {
    if (!assessment.applies(rule)) continue
    const fit = fitOf(rule, context, history.darkSince)
    if (fit !== 'no') return verdictOf(rule, context, history, fit)
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

function fitOf(rule: Rule, situation: Situation, darkSince: number): Fit {
  const mechanism = rule.mechanism(situation)
  if (mechanism === 'any') return 'exact'
  const telling = situation.deciding.filter(
    (seen) => isFresh(seen, situation) && isOfNow(seen, darkSince) && allowed(rule, situation, seen).length > 0,
  )
  if (telling.length === 0) return 'no'
  if (telling.every((seen) => allowed(rule, situation, seen).includes(symptomOf(seen)))) return 'exact'
  return isSettling(situation) && telling.some((seen) => !isReachable(symptomOf(seen))) ? 'tolerated' : 'no'
}

function allowed(rule: Rule, situation: Situation, seen: Seen): readonly Symptom[] {
  const mechanism = rule.mechanism(situation)
  return mechanism === 'any'
    ? [symptomOf(seen)]
    : predictedSymptoms(mechanism, seen.point.vantage, situation.engine, situation.path.mapping.protocol)
}

function symptomOf(seen: Seen): Symptom {
  return seen.sighting.last?.symptom ?? 'local_error'
}

/** Seen since the path is what it is now. */
function isFresh(seen: Seen, { changedAt }: Situation): boolean {
  const at = seenAt(seen.sighting)
  return at !== null && (changedAt === null || at >= changedAt)
}

/** An answer from before the port went dark contradicts nothing. */
function isOfNow(seen: Seen, darkSince: number): boolean {
  return !isReachable(symptomOf(seen)) || (seenAt(seen.sighting) ?? 0) >= darkSince
}

function contradiction(rule: Rule, situation: Situation): string {
  const mechanism = rule.mechanism(situation)
  const against = situation.deciding.find((seen) => !allowed(rule, situation, seen).includes(symptomOf(seen)))
  if (mechanism === 'any' || against === undefined) return 'another cause explains more'
  const expected = allowed(rule, situation, against)
  return expected.length === 0
    ? 'another cause explains more'
    : `${against.point.vantage} would be ${expected.join(' or ')}, it is ${symptomOf(against)}`
}

function verdictOf(rule: Rule, situation: Situation, history: History, fit: Fit): Verdict {
  const candidates = lookAlikes(rule.cause, situation)
  return {
    cause: rule.cause,
    confidence:
      candidates.length > 0 ? 'ambiguous' : fit === 'exact' && isProven(rule, situation, history) ? 'proven' : 'likely',
    candidates,
    summary: rule.summary(situation),
    evidence: [
      ...rule.evidence(situation),
      ...(rule.isGuess?.(situation) === true ? citePlacements(situation) : []),
      ...citeProbes(situation),
      ...citeAgents(situation),
    ],
    remedies: [
      ...rule.remedies(situation),
      ...(candidates.length === 0 ? [] : waysToSeparate(situation, [rule.cause, ...candidates])),
    ],
  }
}

function isProven(rule: Rule, situation: Situation, history: History): boolean {
  if (rule.provenByAgents?.(situation) === true) return true
  if (rule.isGuess?.(situation) === true) return false
  if (situation.blind !== null && rule.provenByObjects?.(situation) !== true) return false
  if (situation.engine?.desktop === true && !separates(situation)) return false
  return rule.provenByObjects?.(situation) === true || onsetFollows(rule, history) || separates(situation)
}

/** We saw the change that made the rule true, and the port went dark after it (or was dark for another known cause). */
function onsetFollows(rule: Rule, history: History): boolean {
  const since = history.since(rule.cause)
  if (since === null || since === undefined) return false
  if (history.darkSince >= since - 1000) return true
  return history.previous !== null && history.previous !== 'unproven'
}

/** The pod answers at its own node while the mapped node's address does not: what differs is the node alone. */
function separates(situation: Situation): boolean {
  const own = situation.deciding.find((seen) => seen.point.vantage === 'host/node-address')
  const isDark =
    (own !== undefined && !isReachable(symptomOf(own)) && isFresh(own, situation)) ||
    noneAnswers(mappedNodeFromElsewhere(situation))
  return isDark && answersAtOwnNode(situation)
}
