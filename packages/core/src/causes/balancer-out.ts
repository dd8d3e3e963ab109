import { operands } from '../model/command-text.ts'
import { NOTHING_TO_DO } from '../model/incident.ts'
import { isReachable } from '../model/symptom.ts'
import { engineCommand } from '../remedies/commands.ts'
import { NGINX_CONNECT_MS } from '../route/balanced.ts'
import { backendsSeen, outUntil, type SeenBackend, usedBackends } from './backends.ts'
import { citeAbsence } from './cite.ts'
import { isRunning, type RuleContext } from './context.ts'
import { defineRule } from './rule.ts'
import { listed } from './words.ts'

/** So often in a row a node has to answer, where its answers tell it from one that answers now and then. */
const ANSWERS = 2

/**
 * Every node behind a balancer answers, and nothing comes through it: it leaves them out for what it saw before, or leads to
 * where they were.
 *
 * Source: nginx, ngx_stream_upstream_module: `fail_timeout`, and names that are looked up once, when it starts; Envoy, "Health
 * checking": a host that fails is out until it passes.
 */
export const balancerOut = defineRule({
  cause: 'balancer_out',
  title: 'Every node behind a balancer answers at its own address, but the balancer leads to none of them.',
  cure: "Wait for 10 s: nginx skips a node for that long after a failed connection attempt. If the port stays dark, restart the balancer's container: it looks up the addresses of the nodes only when it starts.",

  holds: (context) =>
    context.darkSince !== null &&
    isRunning(context.path.container) &&
    context.path.balanced !== null &&
    (leftOutUntil(context) !== null
      ? isClosedAtOnce(context)
      : isFailingThroughout(context) && (isHeldUnhealthy(context) || areAnsweredSince(context))) &&
    (isHeldUnhealthy(context) ? backendsSeen(context).some(isWell) : usedBackends(context).every(isWell)),

  mechanism: () => 'any',

  isGuess: () => true,

  provenByAgents: isHeldUnhealthy,

  summary: (context) => {
    const { container } = context.path
    const until = leftOutUntil(context)
    const well = backendsSeen(context).filter(isWell)
    const isOne = well.length === 1
    const answer = `${listed(well.map(({ node }) => node))} ${isOne ? 'answers at its own address' : 'answer at their own addresses'}`
    if (isHeldUnhealthy(context))
      return `${answer}, and ${container.name} (Envoy) considers ${isOne ? 'it' : 'them'} unhealthy: its health check asks kube-proxy on each node, not the port.`
    if (until !== null)
      return `${answer} again, but ${container.name} (nginx) skips a node for 10 s after a failed connection attempt: until ${new Date(until).toISOString().slice(11, 19)} UTC at the latest.`
    return `${answer}, but nothing comes through ${container.name}: it may still skip them, or use their old addresses.`
  },

  evidence: (context) =>
    backendsSeen(context).map(({ node, symptom, healthy }) =>
      citeAbsence(
        `${context.path.container.name} leads to ${node}, which shows ${symptom ?? 'nothing'} at its own address${healthy === false ? ' and is considered unhealthy' : ''}`,
        context.at,
      ),
    ),

  remedies: (context) =>
    leftOutUntil(context) === null
      ? [
          {
            text: `Restart ${context.path.container.name}`,
            cost: 'it cuts the connections that go through it',
            command: engineCommand(context, 'restart', ...operands(context.path.container.name)),
          },
        ]
      : [{ text: `${NOTHING_TO_DO}it ends within 10 s` }],

  absence: ({ path }) =>
    path.container.role !== 'balancer'
      ? 'no balancer is on the path'
      : 'not every node behind the balancer is known to answer',
})

/** Answers, and either always did of late or failed for a while and came back: not one that answers now and then. */
function isWell({ symptom, history }: SeenBackend): boolean {
  if (history === null || symptom === null || !isReachable(symptom) || history.answers < ANSWERS) return false
  const { recent } = history
  return recent.filter((answered, n) => n > 0 && answered !== recent[n - 1]).length <= 2
}

/** nginx ends what it has no node for; each of its processes has a count of its own, so that some connections pass by then. */
function isClosedAtOnce({ deciding }: RuleContext): boolean {
  return deciding.some(({ history: { last } }) => last?.symptom === 'closed' || last?.symptom === 'reset')
}

function isFailingThroughout({ deciding }: RuleContext): boolean {
  return deciding.length > 0 && deciding.every(({ history }) => history.failures >= ANSWERS)
}

/** Its answers are not from before the port went dark: those that fail since may take their time. */
function areAnsweredSince(context: RuleContext): boolean {
  const since = (context.darkSince ?? context.at) + NGINX_CONNECT_MS
  return usedBackends(context).every(({ history }) => (history?.lastOkAt ?? 0) > since)
}

function isHeldUnhealthy(context: RuleContext): boolean {
  const seen = backendsSeen(context)
  return seen.length > 0 && seen.every(({ healthy }) => healthy === false)
}

/** null: that time is over, or the balancer does not do so. */
function leftOutUntil(context: RuleContext): number | null {
  const times = backendsSeen(context).map((one) => outUntil(context, one))
  const last = Math.max(...times.map((one) => one ?? 0))
  return last > context.at ? last : null
}
