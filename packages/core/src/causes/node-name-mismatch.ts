import { servesOnMappedNode } from '../route/path.ts'
import { citeObject } from './cite.ts'
import { mappedNodeFromElsewhere } from './inside.ts'
import { answeredAsItIs, atOwnNodes, isDarkEverywhere, isWarm } from './own-node.ts'
import { kubectl } from '../remedies/commands.ts'
import { policyCluster } from '../remedies/edits.ts'
import { defineRule } from './rule.ts'
import type { RuleContext } from './context.ts'
import { ownerOf } from './words.ts'

/**
 * Policy Local drops although the endpoint is on that very node: kube-proxy runs under another node name and takes no
 * endpoint for its own. From the host alone that cannot be told from what else drops packets at that node; agents on other
 * nodes see that the pod answers them and the node's port does not.
 *
 * Source: Kubernetes, kube-proxy --hostname-override.
 */
export const nodeNameMismatch = defineRule({
  cause: 'node_name_mismatch',
  title:
    "kube-proxy runs under a name that differs from its node's, so it considers no endpoint local, and drops the packets of Services with externalTrafficPolicy Local.",
  cure: 'Compare `--hostname-override` of kube-proxy with the name of the Node. A Service with externalTrafficPolicy Cluster for the same pods does answer. Seen from the host alone, the verdict also names the other causes of silence; agents rule those out, but never prove this one.',

  holds: (context) => {
    const { route } = context.path
    return (
      route.kind === 'nodePort' &&
      route.service.externalTrafficPolicy === 'Local' &&
      servesOnMappedNode(context.path) &&
      isWarm(context) &&
      !answeredAsItIs(context) &&
      isDarkEverywhere(context) &&
      isDropped(context)
    )
  },

  mechanism: () => 'drop',

  isGuess: () => true,

  summary: ({ path }) =>
    `${ownerOf(path)} has externalTrafficPolicy Local and an endpoint on ${path.container.name} itself, but ${path.container.name} drops the packets all the same.`,

  evidence: ({ path, at }) => [
    ...(path.route.kind === 'nodePort' ? [citeObject(path.route.service, 'externalTrafficPolicy is Local', at)] : []),
    ...path.endpoints.flatMap((one) =>
      one.pod === null ? [] : [citeObject(one.pod, `is ready on ${one.node}, but never answered there`, at)],
    ),
  ],

  remedies: (context) => {
    const { route, container } = context.path
    return [
      {
        text: `Check under which name kube-proxy runs on ${container.name}, and read its log`,
        command: kubectl(context, 'kube-system', 'get', 'configmap/kube-proxy', '--output=yaml'),
      },
      ...(route.kind === 'nodePort' ? [context.asCommand(policyCluster(route.service))] : []),
    ]
  },

  absence: ({ path }) => {
    if (path.route.kind !== 'nodePort' || path.route.service.externalTrafficPolicy !== 'Local')
      return 'policy Local is not involved'
    return servesOnMappedNode(path)
      ? `${path.container.name} has answered, or does not drop the packets`
      : `no endpoint is on ${path.container.name}`
  },
})

function isDropped(context: RuleContext): boolean {
  const seen = [...atOwnNodes(context), ...mappedNodeFromElsewhere(context)]
  return seen.length > 0 && seen.every((symptom) => symptom === 'connect_timeout' || symptom === 'unreachable')
}
