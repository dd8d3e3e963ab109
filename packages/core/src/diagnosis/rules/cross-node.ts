import { isReachable } from '../../symptom.ts'
import { servesOnMappedNode, servingNodes } from '../../path.ts'
import { citeObject } from '../cite.ts'
import { defineRule } from '../rule.ts'
import { isSettling, type Situation } from '../situation.ts'
import { listed } from '../words.ts'

/**
 * The mapped node has to forward to another node, the pod answers at its own node, and the port stays silent: what
 * lies between the two nodes is broken, or the mapped node's rules lead to where the pod no longer is.
 *
 * Source: measured on kind with the path dropped on the mapped node, and with kube-proxy frozen.
 */
export const crossNode = defineRule({
  cause: 'cross_node',
  title: 'The pods are on another node than the mapped one, and the path between the two nodes is broken.',
  cure: 'Look at the pod network between the two nodes (routes, firewall, CNI pods) and at kube-proxy on the mapped node. From the host alone a broken path, a kube-proxy that is out of step and a NetworkPolicy look the same, so this is said as `ambiguous`.',

  holds: (situation) =>
    situation.path.route.kind === 'nodePort' &&
    situation.path.route.service.externalTrafficPolicy === 'Cluster' &&
    servingNodes(situation.path).length > 0 &&
    !servesOnMappedNode(situation.path) &&
    !isSettling(situation) &&
    answersAtItsNode(situation),

  mechanism: () => 'drop',

  isGuess: () => true,

  indistinguishable: () => ['kube_proxy_stale', 'network_policy'],

  summary: ({ path }) =>
    `The pods on ${listed(servingNodes(path))} answer at their own node, but not through ${path.container.name}, which the port is mapped to: the path between the nodes is broken.`,

  evidence: ({ path, at }) =>
    path.endpoints.flatMap((one) =>
      one.pod === null ? [] : [citeObject(one.pod, `is on ${one.node} and answers there`, at)],
    ),

  remedies: (situation) => [
    {
      text: `Look at the pod network between ${situation.path.container.name} and ${listed(servingNodes(situation.path))}: its routes, firewalld, the CNI's pods; and whether kube-proxy on ${situation.path.container.name} is in step`,
    },
  ],

  absence: (situation) => {
    const { route } = situation.path
    if (route.kind !== 'nodePort' || route.service.externalTrafficPolicy === 'Local')
      return 'only a pod on the mapped node could answer'
    if (answersAtItsNode(situation)) return 'the endpoints changed a moment ago'
    if (servesOnMappedNode(situation.path)) return `an endpoint is on ${situation.path.container.name} itself`
    return situation.witnesses.some((one) => one.sighting.last !== null)
      ? 'the pod does not answer at its own node either'
      : 'no probe of the pod at its own node separates it'
  },
})

function answersAtItsNode({ witnesses }: Situation): boolean {
  return witnesses.some(({ sighting }) => sighting.last !== null && isReachable(sighting.last.symptom))
}
