import { onNode } from '../remedies/commands.ts'
import { citeAbsence } from './cite.ts'
import {
  allAnswer,
  letsOthersIn,
  mappedNodeFromElsewhere,
  nodesLetIn,
  podsFromApiServer,
  podsOnLoopback,
} from './inside.ts'
import type { RuleContext } from './context.ts'
import { DONE, stoppedByOthers } from './node-rules.ts'
import { answeredAsItIs, SLOW_TO_FOLLOW_MS, symptomFrom } from './own-node.ts'
import { defineRule, EXPLAINED } from './rule.ts'
import { listed, ownerOf } from './words.ts'

/**
 * Other nodes are answered at the very node and port that this host gets no answer from: the pods, the rules and the
 * paths inside the cluster are well. What differs is the way of the host to the node, or a rule against clients from
 * outside.
 *
 * Source: measured on kind, with the host's packets to one NodePort dropped on the mapped node.
 */
export const hostSide = defineRule({
  cause: 'host_side',
  title:
    "The pods answer, and the mapped node answers others, but not this host: something on this host's path to the node is in the way, or a rule of the node blocks clients from outside.",
  cure: 'Look at the routes, the VPN and the firewall of the host, and at rules of the mapped node that block clients from outside. Agents on the nodes detect this. Without agents Portolan names it only if the pods run on the mapped node, answer the API server, and answered this host through that node before. Only a rule that Portolan read in the node (`--prove`) proves it, because every other vantage has another source address.',

  holds: (context) =>
    stoppedByOthers(context) !== null ||
    (hasSettled(context) && (letsOthersIn(context) || isDroppedForTheHost(context) || isBySource(context))),

  mechanism: () => 'any',

  isGuess: () => true,

  provenByRules: (context) => stoppedByOthers(context) !== null,

  summary: (context) => {
    const { container, mapping } = context.path
    const rule = stoppedByOthers(context)
    if (rule !== null)
      return `A rule in ${rule.chain} of ${container.name} that is not kube-proxy's ${DONE[rule.verdict]} packets to port ${mapping.containerPort}.`
    if (isBySource(context))
      return `${container.name} answers at port ${mapping.containerPort} if a connection comes from the host's LAN address, but not if it comes from another address of the host: a rule of ${container.name} or of the host blocks that source address.`
    if (nodesLetIn(context).length === 0)
      return `The pods of ${ownerOf(context.path)} answer on ${container.name}, this host reached them through that node before, and nothing has moved: a route, a VPN or a firewall of the host blocks port ${mapping.containerPort}, or a rule of ${container.name} blocks clients from outside.`
    return `${container.name} answers ${listed(nodesLetIn(context))} at port ${mapping.containerPort} for ${ownerOf(context.path)}, but not this host: a route, a VPN or a firewall of the host blocks it, or a rule of ${container.name} blocks clients from outside.`
  },

  // What each vantage saw is said beside it.
  evidence: (context) =>
    isBySource(context) || stoppedByOthers(context) !== null
      ? []
      : [citeAbsence(`no vantage of this host gets an answer from ${context.path.container.name}`, context.at)],

  remedies: (context) => [
    {
      text: `Look for a rule on ${context.path.container.name} that drops or rejects packets from outside`,
      ...onNode(context, 'iptables-save', '--counters'),
    },
    { text: "Look at the host's own routes, VPN and firewall" },
  ],

  absence: (context) => {
    const seen = mappedNodeFromElsewhere(context)
    if (seen.length === 0) return 'no agent on another node probes the port of the mapped node'
    return allAnswer(seen) ? EXPLAINED : 'other nodes get no answer there either'
  },
})

/** Other nodes may be led by the rules of before for as long as a busy node takes. */
function hasSettled({ at, changedAt }: RuleContext): boolean {
  return changedAt === null || at - changedAt >= SLOW_TO_FOLLOW_MS
}

/** So many in a row are no chance, where a share of the connections fails. */
const IN_A_ROW = 5

/** By the host's LAN address the port answers steadily, and straight at the node it steadily does not. */
export function isBySource({ deciding, darkSince }: RuleContext): boolean {
  const at = (vantage: string) => deciding.find(({ point }) => point.vantage === vantage)?.history
  const [lan, node] = [at('host/lan'), at('host/node-address')]
  const isAnswered = lan !== undefined && lan.answers >= IN_A_ROW && (lan.lastOkAt ?? 0) > (darkSince ?? 0)
  return isAnswered && node !== undefined && node.failures >= IN_A_ROW
}

/**
 * The pods are on the mapped node, answer from inside and the API server, were answered through that node as it is, and the
 * host's packets to it are swallowed. Where they are refused the rules of the node may as well be gone.
 */
function isDroppedForTheHost(context: RuleContext): boolean {
  const symptom = symptomFrom(context, 'host/node-address')
  return (symptom === 'connect_timeout' || symptom === 'unreachable') && isKeptFromTheHost(context)
}

/** The pods are well and on the mapped node, which led this host to them before; and no other node was asked. */
export function isKeptFromTheHost(context: RuleContext): boolean {
  const { path } = context
  return (
    path.route.kind === 'nodePort' &&
    path.endpoints.every(({ serves, node }) => !serves || node === path.container.name) &&
    mappedNodeFromElsewhere(context).length === 0 &&
    allAnswer(podsOnLoopback(context)) &&
    allAnswer(podsFromApiServer(context)) &&
    answeredAsItIs(context)
  )
}
