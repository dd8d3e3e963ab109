import { servesOnMappedNode, servingNodes } from '../route/path.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import { citeObject } from './cite.ts'
import { podsFromMappedNode } from './inside.ts'
import { answersAtOwnNode } from './own-node.ts'
import { operands } from '../model/command-text.ts'
import { onNode } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isSettling, type RuleContext } from './context.ts'
import { freshSymptom, isSure } from './sure.ts'
import { listed } from './words.ts'

/**
 * Through the mapped node the pods on other nodes take the connection, so small packets pass, and no answer comes; at their
 * own node they answer. Answers that begin and break off make the port degraded, not dark.
 *
 * Source: Kubernetes networks that encapsulate: what does not fit the smaller frame is lost where ICMP is kept back.
 */
export const mtu = defineRule({
  cause: 'mtu',
  title:
    'Between the mapped node and the pods, small packets pass but large ones are lost: connections are accepted, but answers stall or break off.',
  cure: 'Lower the MTU of the pod network below that of the engine\'s network (by the overhead of its encapsulation), or let ICMP "fragmentation needed" through. Small answers may pass, so a port whose answers break off is `degraded`. The verdict is never `proven`; it is `likely` if agents see the loss between two nodes.',

  tcpOnly: true,

  holds: (context) =>
    context.path.route.kind === 'nodePort' &&
    context.path.route.service.externalTrafficPolicy === 'Cluster' &&
    servingNodes(context.path).length > 0 &&
    !servesOnMappedNode(context.path) &&
    !isSettling(context) &&
    answersAtOwnNode(context) &&
    !failsAtOwnNode(context) &&
    stalls(context),

  mechanism: () => 'stall',

  isGuess: () => true,

  summary: ({ path }) =>
    `Through ${path.container.name} the pods on ${listed(servingNodes(path))} accept connections but their answers are lost, while they answer at their own node: large packets do not pass between the nodes.`,

  evidence: ({ path, at }) =>
    path.endpoints.flatMap((one) =>
      one.pod === null ? [] : [citeObject(one.pod, `is on ${one.node} and answers there`, at)],
    ),

  remedies: (context) => {
    const { endpoints } = context.path
    const address = endpoints.find((one) => one.serves)?.address ?? ''
    const ping = ['ping', '-c1', '-W2', '-Mdo', '-s1472']
    return [
      {
        text: 'Find the largest size that still passes (1472 bytes fill an Ethernet frame)',
        ...onNode(context, ...ping, ...operands(address)),
      },
      { text: 'Lower the MTU of the pod network, and restart its pods' },
    ]
  },

  absence: (context) => {
    if (servesOnMappedNode(context.path)) return `an endpoint is on ${context.path.container.name} itself`
    return answersAtOwnNode(context)
      ? 'no connection through the mapped node is accepted'
      : 'no probe of the pods at their own node got an answer'
  },
})

/** A witness at the pods' own node fails since the path is as it is: no packet between two nodes is lost there. */
function failsAtOwnNode({ witnesses, changedAt }: RuleContext): boolean {
  const seen = witnesses.flatMap(({ history }) => freshSymptom(history, changedAt) ?? [])
  return seen.some((symptom) => !isReachable(symptom))
}

/**
 * Agents on the mapped node tell; else the mapped node's own address, where a connection is not taken by a proxy. One that
 * was under way when the path broke stalls as well: not before it is sure.
 */
function stalls(context: RuleContext): boolean {
  const inside = podsFromMappedNode(context)
  if (inside.length > 0) return areStalled(inside)
  const own = context.deciding.find(({ point }) => point.vantage === 'host/node-address')
  if (own === undefined || !isSure(own.history) || freshSymptom(own.history, context.changedAt) !== 'silent')
    return false
  // Where several endpoints take turns, some failures in a row are chance.
  return context.path.endpoints.filter(({ serves }) => serves).length === 1 || !own.history.recent.includes(true)
}

export function areStalled(symptoms: readonly Symptom[]): boolean {
  return symptoms.length > 0 && symptoms.every(isStalled)
}

/** The connection was taken, and its answer lost. */
export function isStalled(symptom: Symptom): boolean {
  return symptom === 'silent' || symptom === 'truncated'
}
