import { needsLocalPod } from '../route/claim.ts'
import { mappedNode, servesOnMappedNode, servingNodes } from '../route/path.ts'
import { neverFitsBecause } from '../cluster/scheduling.ts'
import { citeObject } from './cite.ts'
import { pinTo, policyCluster } from '../remedies/edits.ts'
import { defineRule } from './rule.ts'
import type { RuleContext } from './context.ts'
import { listed, ownerOf } from './words.ts'

/**
 * The pods would have to be on the mapped node (policy Local, or a host port), but a taint, selector or affinity keeps
 * them away from it for good: no restart will ever bring the port back.
 *
 * Source: Kubernetes, "Taints and Tolerations" and "Assigning Pods to Nodes".
 */
export const mappedNodeExcluded = defineRule({
  cause: 'mapped_node_excluded',
  title:
    'Only a pod on the mapped node could answer, and none can ever be scheduled there (taint, nodeSelector or affinity).',
  cure: 'Set `externalTrafficPolicy: Cluster`, add the missing toleration or label, or map the port on a node that may hold the pods. A kind control plane is tainted as soon as the cluster has workers.',

  holds: (context) =>
    needsLocalPod(context.path) &&
    servingNodes(context.path).length > 0 &&
    !servesOnMappedNode(context.path) &&
    exclusion(context) !== null,

  mechanism: ({ path }) => (path.route.kind === 'nodePort' ? 'drop' : 'reset'),

  summary: (context) =>
    `${ownerOf(context.path)} answers only on its pods' own nodes (${listed(servingNodes(context.path))}), and no pod can ever be on ${context.path.container.name}, which the port is mapped to: ${exclusion(context)}.`,

  evidence: (context) => {
    const { path, at } = context
    return [
      ...(path.node === null ? [] : [citeObject(path.node, exclusion(context) ?? '', at)]),
      ...(path.route.kind === 'nodePort' ? [citeObject(path.route.service, 'externalTrafficPolicy is Local', at)] : []),
      ...path.endpoints.flatMap((one) => (one.pod === null ? [] : [citeObject(one.pod, `is on ${one.node}`, at)])),
    ]
  },

  remedies: (context) => {
    const { path } = context
    return [
      ...(path.route.kind === 'nodePort' ? [context.asCommand(policyCluster(path.route.service))] : []),
      ...path.workloads.map((one) => context.asCommand(pinTo(one, mappedNode(path)))),
      { text: 'Map the port on a node where the pods can run, and recreate the cluster' },
    ]
  },

  absence: (context) =>
    needsLocalPod(context.path)
      ? `the pods may be scheduled on ${context.path.container.name}`
      : 'any node may hold the pods',
})

/** Why no pod of the port's workloads fits the mapped node; null when one may, or when nobody knows. */
function exclusion({ path }: RuleContext): string | null {
  const { node } = path
  const alone = path.pods.filter(({ owner }) => owner === null).map(({ placement }) => placement)
  const placements = path.workloads.length > 0 ? path.workloads.map(({ template }) => template) : alone
  if (node === null || placements.length === 0) return null
  const reasons = placements.map((placement) => neverFitsBecause(placement, node))
  return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null
}
