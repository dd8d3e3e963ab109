import { RULES } from '../causes/index.ts'
import type { Rule } from '../causes/rule.ts'
import type { RuleContext } from '../causes/context.ts'
import { concerns } from '../causes/possible.ts'
import { isServedByNetwork, needsLocalPod } from '../route/claim.ts'
import { isNodeKnown } from '../route/entries.ts'
import { servingNodes } from '../route/path.ts'
import { buildContext, type WatchedCluster } from './build-context.ts'
import type { WatchedPort } from './watched-port.ts'

/** What is to be made of one port at one moment: made once for a fact, and read by everybody. */
export interface Assessment {
  readonly context: RuleContext
  /** The cause's predicate is true. Each is asked at most once. */
  applies(rule: Rule): boolean
  /** The first rule by which the port has to be dark now, whatever the probes say; null when it should answer. */
  readonly predicted: Rule | null
  /** Does the port answer, going by the objects alone? null where they do not tell. */
  readonly expectedUp: boolean | null
}

export function assess(cluster: WatchedCluster, port: WatchedPort, at: number): Assessment {
  return assessContext(buildContext(cluster, port, at))
}

export function assessContext(context: RuleContext): Assessment {
  const known = new Map<Rule, boolean>()
  let predicted: Rule | null | undefined

  function applies(rule: Rule): boolean {
    const before = known.get(rule)
    if (before !== undefined) return before
    const is =
      concerns(rule.cause, context.path) &&
      (rule.tcpOnly !== true || context.path.mapping.protocol === 'tcp') &&
      rule.holds(context)
    known.set(rule, is)
    return is
  }

  return {
    context,
    applies,
    get predicted() {
      if (predicted === undefined) {
        predicted = RULES.find((rule) => applies(rule) && rule.isGuess?.(context) !== true) ?? null
      }
      return predicted
    },
    get expectedUp() {
      if (context.blind !== null || isServedByNetwork(context.path)) return null
      if (!isNodeKnown(context.path) && needsLocalPod(context.path)) return null
      if (this.predicted !== null) return false
      return context.path.route.kind === 'none' ? null : servingNodes(context.path).length > 0
    },
  }
}
