import type { Cause } from '../model/cause.ts'
import { mappedNode, servesOnMappedNode, servingNodes } from '../route/path.ts'
import { citeObject } from './cite.ts'
import { pinTo } from '../remedies/edits.ts'
import { defineRule, type Rule } from './rule.ts'
import { comesInAt, listed, ownerOf, wherePodsAre } from './words.ts'

/**
 * A hostPort is opened on the pod's own node only. On every other node nothing listens, so the connection is refused
 * (through docker-proxy: accepted, then closed).
 *
 * Source: Kubernetes API, ContainerPort.hostPort; measured on kind.
 */
export const hostportOff = offMappedNode('hostport_off', 'hostPort', 'hostPort')

/** The same for a pod on its node's own network. Only declared container ports are known. */
export const hostnetOff = offMappedNode('hostnet_off', 'hostNetwork', 'host network port')

function offMappedNode(cause: Cause, kind: 'hostPort' | 'hostNetwork', noun: string): Rule {
  return defineRule({
    cause,
    title: `The pod with this ${noun} runs on a node that the port is not mapped to; on the mapped node nothing listens.`,
    cure: 'Keep the pods on the mapped node with a nodeSelector, or expose them by a NodePort Service with `externalTrafficPolicy: Cluster` instead. A DaemonSet needs a distinct host port for each node.',

    holds: ({ path }) => path.route.kind === kind && servingNodes(path).length > 0 && !servesOnMappedNode(path),

    mechanism: () => 'reset',

    summary: ({ path }) =>
      `${ownerOf(path)} opens ${noun} ${path.mapping.containerPort} only where its pods run; ${wherePodsAre(path)}, but ${comesInAt(path)}, where nothing listens.`,

    evidence: ({ path, at }) =>
      path.endpoints.flatMap((endpoint) =>
        endpoint.pod === null
          ? []
          : [
              citeObject(
                endpoint.pod,
                `${noun} ${path.mapping.containerPort} on ${endpoint.node}; ${comesInAt(path)}`,
                at,
              ),
            ],
      ),

    remedies: (context) => {
      const { path } = context
      return [
        ...path.workloads.map((one) => context.asCommand(pinTo(one, mappedNode(path)))),
        {
          text: 'Expose the pods by a NodePort Service with externalTrafficPolicy Cluster, which every node forwards',
        },
      ]
    },

    absence: ({ path }) => {
      if (path.route.kind !== kind) return `no pod claims the port by ${noun}`
      if (servingNodes(path).length === 0) return 'no such pod is running'
      return `a pod runs on ${listed([path.container.name])} itself`
    },
  })
}
