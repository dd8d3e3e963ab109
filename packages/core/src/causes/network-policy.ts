import { needsLocalPod } from '../route/claim.ts'
import { servesOnMappedNode } from '../route/path.ts'
import { citeObject } from './cite.ts'
import {
  allAnswer,
  noneAnswers,
  podsAtOwnNodes,
  podsFromElsewhere,
  podsFromMappedNode,
  podsOnLoopback,
} from './inside.ts'
import { isReachable } from '../model/symptom.ts'
import { answeredAsEnforced } from './own-node.ts'
import { letIn } from '../remedies/edits.ts'
import { defineRule, EXPLAINED } from './rule.ts'
import { areEndpointsSettling, type RuleContext } from './context.ts'
import { agentSaw } from './sure.ts'
import { ownerOf } from './words.ts'

/**
 * A NetworkPolicy selects every pod behind the port and lets nobody in who is no pod. Whether that is enforced is a matter
 * of the pod network, and what drops packets for another reason looks the same from the host; agents see that the pod
 * answers its own node, which no policy can keep out, and no other.
 *
 * Source: Kubernetes, "Network Policies": traffic from the node where a pod runs is always allowed.
 */
export const networkPolicy = defineRule({
  cause: 'network_policy',
  title: 'A NetworkPolicy selects the pods behind the port and allows no client from outside the cluster.',
  cure: "Allow the port in an ingress rule without `from`, or with an `ipBlock` that covers the clients. Only pod networks that enforce policies drop the packets (kindnet does since kind 0.24). An agent on the pod's node proves it; from the host alone the verdict is at most `likely`, and only if the port answered until the policy was created.",

  holds: (context) =>
    context.path.policy !== null &&
    context.enforcesPolicies !== false &&
    !areEndpointsSettling(context) &&
    !answeredAsEnforced(context) &&
    !(needsLocalPod(context.path) && !servesOnMappedNode(context.path)) &&
    !noneAnswers(podsAtOwnNodes(context)) &&
    !noneAnswers(podsOnLoopback(context)) &&
    !podsFromOthers(context).some(isReachable),

  // Some networks answer what they keep out: by ICMP, which Linux limits as it does for kube-proxy. Of others nobody knows.
  mechanism: ({ path, dropsByPolicy, enforcesPolicies }) => {
    if (dropsByPolicy || path.policy === null) return 'drop'
    return enforcesPolicies === true ? 'reject' : 'astray'
  },

  isGuess: () => true,

  provenByAgents: (context) => isIsolated(context) && context.enforcesPolicies === true,

  summary: ({ path }) =>
    `NetworkPolicy ${path.policy?.namespace}/${path.policy?.name} selects the pods of ${ownerOf(path)} and allows no client from outside the cluster.`,

  evidence: ({ path, at }) =>
    path.policy === null ? [] : [citeObject(path.policy, 'allows only pods as sources for this port', at)],

  remedies: ({ path: { policy, endpoints, mapping }, asCommand }) => {
    const port = endpoints[0]?.port
    return policy === null || port === undefined ? [] : [asCommand(letIn(policy, port, mapping.protocol.toUpperCase()))]
  },

  absence: (context) => {
    const { path, enforcesPolicies } = context
    if (path.policy === null) return 'no known NetworkPolicy blocks clients of the pods'
    if (enforcesPolicies === false) return 'the pod network enforces no policies'
    if (answeredAsEnforced(context)) return 'the port answered while the policy was there'
    if (podsFromOthers(context).some(isReachable)) return 'other nodes reach the pods'
    if (noneAnswers(podsOnLoopback(context))) return 'the pods do not answer on their own loopback either'
    return noneAnswers(podsAtOwnNodes(context)) ? 'the pods do not answer at their own node either' : EXPLAINED
  },
})

/** The pods answer at their own nodes, or from inside of themselves, and to no other node; and their nodes can be reached. */
export function isIsolated(context: RuleContext): boolean {
  const near = [...podsAtOwnNodes(context), ...podsOnLoopback(context)]
  return allAnswer(near) && noneAnswers(podsFromOthers(context)) && nodesAnswer(context)
}

function podsFromOthers(context: RuleContext) {
  return [...podsFromMappedNode(context), ...podsFromElsewhere(context)]
}

function nodesAnswer(context: RuleContext): boolean {
  const { at, darkSince, failedAt } = context
  const seen = [...new Set(context.path.endpoints.map(({ node }) => node ?? ''))].flatMap((node) =>
    context.mesh(node).flatMap(({ history }) => agentSaw(history, { at, changedAt: null, darkSince, failedAt }) ?? []),
  )
  return !seen.some((symptom) => !isReachable(symptom))
}

/** A list may be a little older than the policy that it tells of. */
const ONSET_MS = 10_000

/** The port answered until the policy was created, or began to select the pods or to keep the port. */
export function cameWithThePolicy({ path, deciding, darkSince, policyChangedAt }: RuleContext): boolean {
  if (path.policy === null || darkSince === null) return false
  const lastOk = Math.max(0, ...deciding.map(({ history }) => history.lastOkAt ?? 0))
  return [path.policy.createdAt, policyChangedAt ?? 0].some(
    (began) => lastOk > 0 && lastOk <= began + ONSET_MS && darkSince >= began - 1000 && darkSince <= began + ONSET_MS,
  )
}
