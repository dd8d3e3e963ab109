import { servingNodes } from '../route/path.ts'
import type { Symptom } from '../model/symptom.ts'
import { citeObject } from './cite.ts'
import { noneAnswers, podsAtOwnNodes, podsOnLoopback } from './inside.ts'
import { isReworded } from './protocol-mismatch.ts'
import { answeredAsItIs, isDarkEverywhere, podsThere } from './own-node.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isSettling, type RuleContext } from './context.ts'
import { listed, ownerOf } from './words.ts'

/**
 * The port is silent at the pods' own node as well, where no other node is on the way. Where the connection is taken
 * there, the packets arrive and it is the application. Where it is not, its queue may be full (a frozen application shows
 * that after a while), or something drops the packets.
 *
 * Source: measured on kind with the application stopped by SIGSTOP.
 */
export const appSlow = defineRule({
  cause: 'app_slow',
  title: "The application accepts connections but does not answer in time, not even on its pods' own node.",
  cure: 'Look at the application: its log, its load, its limits. If it does not even accept a connection, a NetworkPolicy or an outdated kube-proxy looks the same: the verdict then names those too.',

  tcpOnly: true,

  holds: (context) => {
    if (isSettling(context) || isReworded(context) || !isDarkEverywhere(context) || isRefusedInside(context))
      return false
    return takesConnections(context) || (answeredAsItIs(context) && isSilentAtOwnNodes(context))
  },

  mechanism: () => 'hang',

  isGuess: () => true,

  provenByAgents: (context) => isSeenByAgents(context) && answeredAsItIs(context),

  summary: ({ path }) =>
    `${ownerOf(path)} is ready on ${listed(servingNodes(path))} but does not answer in time, not even on that node itself.`,

  evidence: ({ path, at }) =>
    path.endpoints.flatMap((one) =>
      one.pod === null ? [] : [citeObject(one.pod, `is ready on ${one.node}, and silent there`, at)],
    ),

  remedies: (context) => {
    const pod = context.path.endpoints.find((one) => one.serves)?.pod
    if (pod === undefined || pod === null) return [{ text: 'Look at the application: its log, its load, its limits' }]
    return [
      {
        text: 'Read the log of the application',
        command: kubectl(context, pod.namespace, 'logs', resourceName(pod), '--tail=50'),
      },
      { text: 'If it hangs, restart it', command: kubectl(context, pod.namespace, 'delete', resourceName(pod)) },
    ]
  },

  absence: (context) => {
    const own = podsThere(context)
    return own.length === 0
      ? 'no probe at the node of the pod has a result'
      : `at the pods' own node the symptom is ${own.join(', ')}`
  },
})

/** A pod that was asked since refused: its application is gone, as on a node that is being stopped, and does not hang. */
function isRefusedInside({ api, darkSince }: RuleContext): boolean {
  return api.some(
    ({ history: { last } }) => last?.symptom === 'refused' && darkSince !== null && last.startedAt >= darkSince,
  )
}

/** The pod's own kernel takes them: nothing on the way drops the packets. */
export function takesConnections(context: RuleContext): boolean {
  const areSilent = (seen: readonly Symptom[]) => seen.length > 0 && seen.every((symptom) => symptom === 'silent')
  return areSilent(podsThere(context)) || areSilent(podsOnLoopback(context))
}

/**
 * The agent on the pod's own node, or a port-forward, talks to the pod itself: neither a policy nor a rule of kube-proxy is
 * on that way.
 */
export function isSeenByAgents(context: RuleContext): boolean {
  return noneAnswers(podsAtOwnNodes(context)) || noneAnswers(podsOnLoopback(context))
}

const NO_ANSWER: readonly Symptom[] = ['silent', 'connect_timeout', 'unreachable']

function isSilentAtOwnNodes(context: RuleContext): boolean {
  const own = podsThere(context)
  return own.length > 0 && own.every((symptom) => NO_ANSWER.includes(symptom))
}
