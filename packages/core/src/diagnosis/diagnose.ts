import type { Cause } from '../model/cause.ts'
import { isReachable } from '../model/symptom.ts'
import { citeInside } from '../causes/cite-inside.ts'
import { citePlacements, citeProbes } from '../causes/cite.ts'
import { mappedNodeFromElsewhere, noneAnswers } from '../causes/inside.ts'
import { citeRules } from '../causes/node-rules.ts'
import { predictedSymptoms } from '../causes/mechanisms.ts'
import { answersAtOwnNode } from '../causes/own-node.ts'
import { EXPLAINED, type Rule } from '../causes/rule.ts'
import { RULES } from '../causes/index.ts'
import { lookAlikes, waysToSeparate } from '../causes/confusions.ts'
import { allowed, contradictions, isFresh, symptomOf, tellingOf } from '../causes/fit.ts'
import { concerns, isCandidate, isPossible } from '../causes/possible.ts'
import { isSettling, type RuleContext } from '../causes/context.ts'
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
    if (fit === 'exact' ? isPossible(rule.cause, context) : fit === 'tolerated')
      return verdictOf(rule, context, onset, fit)
  }
  return unproven(assessment)
}

/**
 * Causes that were considered and do not fit, each with the reason.
 *
 * @param said the verdict's cause and its candidates
 */
export function ruleOut(assessment: Assessment, said: readonly Cause[]): { cause: Cause; because: string }[] {
  const { context } = assessment
  return RULES.filter((rule) => !said.includes(rule.cause) && concerns(rule.cause, context.path)).map((rule) => {
    const applies = assessment.applies(rule)
    const against = applies || isCandidate(rule.cause) ? contradiction(rule, context) : null
    const because = against ?? (applies ? EXPLAINED : rule.absence(context))
    const isExplained = because === EXPLAINED && said.includes('unproven')
    return { cause: rule.cause, because: isExplained ? 'no observation points to it' : because }
  })
}

/**
 * `exact`: every vantage that fails, fails as predicted. `tolerated`: not so, but endpoints changed a moment ago and
 * the rules are on their way. `no`: what was seen contradicts the rule.
 */
type Fit = 'exact' | 'tolerated' | 'no'

function fitOf(rule: Rule, context: RuleContext, darkSince: number): Fit {
  const mechanism = rule.mechanism(context)
  if (mechanism === 'any') return 'exact'
  const telling = tellingOf(mechanism, context, darkSince)
  if (telling.length === 0) return 'no'
  if (contradictions(mechanism, context, darkSince).length === 0) return 'exact'
  return isSettling(context) && telling.some((seen) => !isReachable(symptomOf(seen))) ? 'tolerated' : 'no'
}

function contradiction(rule: Rule, context: RuleContext): string | null {
  const mechanism = rule.mechanism(context)
  const [against] = contradictions(mechanism, context)
  if (mechanism === 'any' || against === undefined) return null
  return `${against.point.vantage} would be ${allowed(mechanism, context, against).join(' or ')}, it is ${symptomOf(against)}`
}

function verdictOf(rule: Rule, context: RuleContext, onset: Onset, fit: Fit): Verdict {
  const isRead = fit === 'exact' && rule.provenByRules?.(context) === true
  const candidates = isRead ? [] : lookAlikes(rule.cause, context)
  return {
    cause: rule.cause,
    confidence:
      candidates.length > 0
        ? 'ambiguous'
        : isRead || (fit === 'exact' && isProven(rule, context, onset))
          ? 'proven'
          : 'likely',
    candidates,
    summary: rule.summary(context),
    get evidence() {
      const placements = rule.isGuess?.(context) === true ? citePlacements(context) : []
      return [
        ...rule.evidence(context),
        ...placements,
        ...citeProbes(context),
        ...citeInside(context),
        ...citeRules(context),
      ]
    },
    get remedies() {
      const separating = candidates.length === 0 ? [] : waysToSeparate(context, [rule.cause, ...candidates])
      return [...rule.remedies(context), ...separating]
    },
  }
}

function isProven(rule: Rule, context: RuleContext, onset: Onset): boolean {
  if (mayBeTheHost(rule, context)) return false
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

/** Other nodes are answered at the mapped node, where the cause would have to show: it is not all that there is to it. */
function mayBeTheHost(rule: Rule, context: RuleContext): boolean {
  const mechanism = rule.mechanism(context)
  const shows = mechanism !== 'any' && predictedSymptoms(mechanism, 'host/node-address', context.engine).length > 0
  return shows && mappedNodeFromElsewhere(context).some(isReachable)
}

/** The pod answers at its own node while the mapped node's address does not: what differs is the node alone. */
function separates(context: RuleContext): boolean {
  const own = context.deciding.find((seen) => seen.point.vantage === 'host/node-address')
  const isDark =
    (own !== undefined && !isReachable(symptomOf(own)) && isFresh(own, context)) ||
    noneAnswers(mappedNodeFromElsewhere(context))
  return isDark && answersAtOwnNode(context)
}
