import type { PortRule, RuleMode, RuleReading } from '@portolan/core'
import { isPort } from '@portolan/core'

/** The port of a node whose rules are wanted. */
export type Door = Pick<RuleReading, 'port' | 'protocol'>

/** What the rules of one kind hold for a port. In each rule `packets` are all that it has ever counted. */
export interface FoundRules {
  mode: RuleMode
  rules: PortRule[]
}

/** A node of a cluster has far fewer for one port. */
export const MOST_RULES = 100
const LONGEST_NAME = 300

/** A rule as the node states it, within bounds. */
export function boundedRule(rule: PortRule): PortRule {
  return {
    ...rule,
    chain: rule.chain.slice(0, LONGEST_NAME),
    service: rule.service.slice(0, LONGEST_NAME),
    packets: rule.packets !== null && Number.isSafeInteger(rule.packets) && rule.packets >= 0 ? rule.packets : null,
    to: rule.to.filter(({ port }) => isPort(port)).slice(0, MOST_RULES),
  }
}
