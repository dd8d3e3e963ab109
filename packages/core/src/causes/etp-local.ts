import { needsLocalPod } from '../route/claim.ts'
import { mappedNode, servesOnMappedNode, servingNodes } from '../route/path.ts'
import { citeObject } from './cite.ts'
import { hasCounted } from './node-rules.ts'
import { pinTo, policyCluster } from '../remedies/edits.ts'
import { defineRule } from './rule.ts'
import { comesInAt, doorText, roleOfNode, wherePodsAre } from './words.ts'

/**
 * A NodePort with externalTrafficPolicy Local answers only on nodes that hold an endpoint: kube-proxy drops the packets
 * everywhere else, so the client hangs instead of being refused.
 *
 * Source: Kubernetes, "Source IP for Services with Type=NodePort"; measured on kind.
 */
export const etpLocal = defineRule({
  cause: 'etp_local',
  title:
    'The Service has externalTrafficPolicy Local and no endpoint on the node that the port is mapped to: kube-proxy drops the packets there.',
  cure: "Set `externalTrafficPolicy: Cluster` (the application then no longer sees the client's address), or keep the pods on the mapped node with a nodeSelector, or run a DaemonSet that covers it. Mapping the same host port on every node does not work: an address and port can be published only once.",

  holds: ({ path }) =>
    path.route.kind === 'nodePort' && needsLocalPod(path) && servingNodes(path).length > 0 && !servesOnMappedNode(path),

  mechanism: () => 'drop',

  provenByRules: (context) => hasCounted(context, ({ reason }) => reason === 'without_local_endpoints'),

  summary: ({ path }) =>
    path.route.kind !== 'nodePort'
      ? ''
      : `Service ${path.route.service.namespace}/${path.route.service.name} has externalTrafficPolicy Local and ${wherePodsAre(path)}, but ${comesInAt(path)}, which drops the packets.`,

  evidence: ({ path, at }) =>
    path.route.kind !== 'nodePort'
      ? []
      : [
          citeObject(path.route.service, `externalTrafficPolicy is Local, ${doorText(path.route, path.mapping)}`, at),
          ...path.endpoints.flatMap((endpoint) =>
            endpoint.pod === null
              ? []
              : [citeObject(endpoint.pod, `answers only on ${endpoint.node}; ${comesInAt(path)}`, at)],
          ),
        ],

  remedies: (context) => {
    const { path } = context
    if (path.route.kind !== 'nodePort') return []
    return [
      context.asCommand(policyCluster(path.route.service)),
      ...path.workloads.map((one) => context.asCommand(pinTo(one, mappedNode(path), roleOfNode(path)))),
    ]
  },

  absence: ({ path }) => {
    if (path.route.kind !== 'nodePort') return 'no NodePort is involved'
    if (!needsLocalPod(path)) return 'externalTrafficPolicy is Cluster'
    return servesOnMappedNode(path)
      ? `an endpoint is on ${path.container.name} itself`
      : 'there is no endpoint anywhere'
  },
})
