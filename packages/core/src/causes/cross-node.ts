import { servesOnMappedNode, servingNodes } from '../route/path.ts'
import { citeObject } from './cite.ts'
import {
  allAnswer,
  clusterAddressFromMappedNode,
  mappedNodeFromElsewhere,
  noneAnswers,
  podsAtOwnNodes,
  podsFromElsewhere,
  podsFromMappedNode,
} from './inside.ts'
import { answersAtOwnNode } from './own-node.ts'
import { onNode } from '../remedies/commands.ts'
import { defineRule, EXPLAINED } from './rule.ts'
import { isSettling, type RuleContext } from './context.ts'
import { listed, nodeOf } from './words.ts'

/**
 * The mapped node has to forward to another node, the pod answers at its own node, and the port stays silent: what
 * lies between the two nodes is broken, or the mapped node's rules lead to where the pod no longer is. An agent on the
 * mapped node shows which.
 *
 * Source: measured on kind with the path dropped on the mapped node, and with kube-proxy frozen.
 */
export const crossNode = defineRule({
  cause: 'cross_node',
  title: 'The pods run on another node than the mapped one, and the path between the two nodes is broken.',
  cure: 'Look at the pod network between the two nodes (routes, firewall, CNI pods) and at what the mapped node forwards. Seen from the host alone, a broken path, an outdated kube-proxy and a NetworkPolicy may look the same: the verdict is then `ambiguous`. Agents on the nodes distinguish them.',

  holds: (context) =>
    context.path.route.kind === 'nodePort' &&
    context.path.route.service.externalTrafficPolicy === 'Cluster' &&
    servingNodes(context.path).length > 0 &&
    !servesOnMappedNode(context.path) &&
    !isSettling(context) &&
    answersAtOwnNode(context),

  mechanism: () => 'drop',

  isGuess: (context) => !isPathBroken(context) && !isSeenByOthers(context),

  provenByAgents: (context) =>
    isSeenByOthers(context) || (isPathBroken(context) && allAnswer(podsFromElsewhere(context))),

  summary: (context) => {
    const { path } = context
    const nodes = listed(servingNodes(path))
    if (isForwardingBroken(context)) {
      return `${nodeOf(path)} reaches the pods on ${nodes} itself, but the packets that it forwards to them for others are lost.`
    }
    return `The pods on ${nodes} answer, but not through ${nodeOf(path, ':')} the path between the nodes is broken.`
  },

  evidence: ({ path, at }) =>
    path.endpoints.flatMap((one) =>
      one.pod === null ? [] : [citeObject(one.pod, `is on ${one.node} and answers`, at)],
    ),

  remedies: (context) => {
    const { container } = context.path
    const nodes = listed(servingNodes(context.path))
    if (isForwardingBroken(context)) {
      return [
        {
          text: `Look at what ${container.name} forwards: the policy of its FORWARD chain, firewalld, net.ipv4.ip_forward`,
          ...onNode(context, 'iptables', '-S', 'FORWARD'),
        },
      ]
    }
    const doubt = isPathBroken(context)
      ? ''
      : `; also check whether the rules of kube-proxy on ${container.name} are up to date`
    return [
      {
        text: `Look at the pod network between ${container.name} and ${nodes}: its routes, firewalld, the CNI's pods${doubt}`,
      },
    ]
  },

  absence: (context) => {
    const { route } = context.path
    if (route.kind !== 'nodePort' || route.service.externalTrafficPolicy === 'Local')
      return 'only a pod on the mapped node could answer'
    if (answersAtOwnNode(context)) {
      return isSettling(context) ? 'the endpoints changed a moment ago' : EXPLAINED
    }
    if (servesOnMappedNode(context.path)) return `an endpoint is on ${context.path.container.name} itself`
    return context.witnesses.some((one) => one.history.last !== null)
      ? 'the pod does not answer at its own node either'
      : 'no probe of the pod at its own node has a result'
  },
})

/** The mapped node itself does not reach pods that answer at their own nodes. */
export function isPathBroken(context: RuleContext): boolean {
  return noneAnswers(podsFromMappedNode(context)) && allAnswer(podsAtOwnNodes(context))
}

/** It reaches them, by its own rules too: what is left is what it forwards for others. */
export function isForwardingBroken(context: RuleContext): boolean {
  return allAnswer(podsFromMappedNode(context)) && allAnswer(clusterAddressFromMappedNode(context))
}

/** Other nodes are not answered there either: it is not this host alone. */
function isSeenByOthers(context: RuleContext): boolean {
  return isForwardingBroken(context) && noneAnswers(mappedNodeFromElsewhere(context))
}
