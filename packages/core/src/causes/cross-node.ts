import { operands } from '../model/command-text.ts'
import { servesOnMappedNode, servingNodes } from '../route/path.ts'
import { citeObject } from './cite.ts'
import {
  allAnswer,
  clusterAddressFromMappedNode,
  noneAnswers,
  podsAtOwnNodes,
  podsFromElsewhere,
  podsFromMappedNode,
} from './inside.ts'
import { answersAtOwnNode } from './own-node.ts'
import { engineCommand } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { isSettling, type Situation } from './situation.ts'
import { listed } from './words.ts'

/**
 * The mapped node has to forward to another node, the pod answers at its own node, and the port stays silent: what
 * lies between the two nodes is broken, or the mapped node's rules lead to where the pod no longer is. An agent on the
 * mapped node tells which.
 *
 * Source: measured on kind with the path dropped on the mapped node, and with kube-proxy frozen.
 */
export const crossNode = defineRule({
  cause: 'cross_node',
  title: 'The pods are on another node than the mapped one, and the path between the two nodes is broken.',
  cure: 'Look at the pod network between the two nodes (routes, firewall, CNI pods) and at what the mapped node forwards. From the host alone a broken path, a kube-proxy that is out of step and a NetworkPolicy look the same, so this is said as `ambiguous`; agents on the nodes tell them apart.',

  holds: (situation) =>
    situation.path.route.kind === 'nodePort' &&
    situation.path.route.service.externalTrafficPolicy === 'Cluster' &&
    servingNodes(situation.path).length > 0 &&
    !servesOnMappedNode(situation.path) &&
    !isSettling(situation) &&
    answersAtOwnNode(situation),

  mechanism: () => 'drop',

  isGuess: (situation) => !isPathBroken(situation) && !isForwardingBroken(situation),

  provenByAgents: (situation) =>
    isForwardingBroken(situation) || (isPathBroken(situation) && allAnswer(podsFromElsewhere(situation))),

  summary: (situation) => {
    const { path } = situation
    const nodes = listed(servingNodes(path))
    if (isForwardingBroken(situation)) {
      return `${path.container.name}, which the port is mapped to, reaches the pods on ${nodes} itself, but what it forwards to them for others is lost.`
    }
    return `The pods on ${nodes} answer at their own node, but not through ${path.container.name}, which the port is mapped to: the path between the nodes is broken.`
  },

  evidence: ({ path, at }) =>
    path.endpoints.flatMap((one) =>
      one.pod === null ? [] : [citeObject(one.pod, `is on ${one.node} and answers there`, at)],
    ),

  remedies: (situation) => {
    const { container } = situation.path
    const nodes = listed(servingNodes(situation.path))
    if (isForwardingBroken(situation)) {
      return [
        {
          text: `Look at what ${container.name} forwards: the policy of its FORWARD chain, firewalld, net.ipv4.ip_forward`,
          command: engineCommand(situation, 'exec', ...operands(container.name), 'iptables', '-S', 'FORWARD'),
        },
      ]
    }
    const doubt = isPathBroken(situation) ? '' : `; and whether kube-proxy on ${container.name} is in step`
    return [
      {
        text: `Look at the pod network between ${container.name} and ${nodes}: its routes, firewalld, the CNI's pods${doubt}`,
      },
    ]
  },

  absence: (situation) => {
    const { route } = situation.path
    if (route.kind !== 'nodePort' || route.service.externalTrafficPolicy === 'Local')
      return 'only a pod on the mapped node could answer'
    if (answersAtOwnNode(situation)) {
      return isSettling(situation) ? 'the endpoints changed a moment ago' : 'another cause explains more'
    }
    if (servesOnMappedNode(situation.path)) return `an endpoint is on ${situation.path.container.name} itself`
    return situation.witnesses.some((one) => one.sighting.last !== null)
      ? 'the pod does not answer at its own node either'
      : 'no probe of the pod at its own node separates it'
  },
})

/** The mapped node itself does not reach pods that answer at their own nodes. */
export function isPathBroken(situation: Situation): boolean {
  return noneAnswers(podsFromMappedNode(situation)) && allAnswer(podsAtOwnNodes(situation))
}

/** It reaches them, by its own rules too: what is left is what it forwards for others. */
export function isForwardingBroken(situation: Situation): boolean {
  return allAnswer(podsFromMappedNode(situation)) && allAnswer(clusterAddressFromMappedNode(situation))
}
