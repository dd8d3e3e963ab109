import { needsLocalPod } from '../route/claim.ts'
import { mappedNode, servesOnMappedNode, servingNodes } from '../route/path.ts'
import { neverRunsBecause, wouldRunPinned } from '../cluster/volumes.ts'
import { citeObject } from './cite.ts'
import { pinTo, policyCluster } from '../remedies/edits.ts'
import { defineRule } from './rule.ts'
import type { RuleContext } from './context.ts'
import { listed, nodeOf, ownerOf } from './words.ts'

/**
 * The pods would have to be on the mapped node (policy Local, or a host port), but a taint, selector or affinity keeps
 * them away from it for good: no restart will ever bring the port back.
 *
 * Source: Kubernetes, "Taints and Tolerations" and "Assigning Pods to Nodes".
 */
export const mappedNodeExcluded = defineRule({
  cause: 'mapped_node_excluded',
  title:
    'Only a pod on the mapped node could answer, and none can ever be scheduled there (taint, nodeSelector, affinity or volume).',
  cure: 'Set `externalTrafficPolicy: Cluster`, add the missing toleration or label, or map the port on a node that may hold the pods. A kind control plane is tainted as soon as the cluster has workers.',

  holds: (context) =>
    needsLocalPod(context.path) &&
    servingNodes(context.path).length > 0 &&
    !servesOnMappedNode(context.path) &&
    exclusion(context) !== null,

  mechanism: ({ path }) => (path.route.kind === 'nodePort' ? 'drop' : 'reset'),

  summary: (context) =>
    `${ownerOf(context.path)} answers only on its pods' own nodes (${listed(servingNodes(context.path))}), and no pod can ever be on ${nodeOf(context.path, ':')} ${exclusion(context)}.`,

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
      ...path.workloads
        .filter((one) => path.node !== null && wouldRunPinned(context.volumes, one, path.node))
        .map((one) => context.asCommand(pinTo(one, mappedNode(path)))),
      { text: 'Map the port on a node where the pods can run, and recreate the cluster' },
    ]
  },

  absence: ({ path }) => {
    if (!needsLocalPod(path)) return 'any node may hold the pods'
    const once = path.node?.unschedulable === true ? ', once it is uncordoned' : ''
    return `the pods may be scheduled on ${path.container.name}${once}`
  },
})

/** Why no pod behind the port fits the mapped node; null when one may, or when nobody knows. */
function exclusion({ path, volumes }: RuleContext): string | null {
  const { node } = path
  if (node === null) return null
  // Each pod of a StatefulSet has volumes of its own, and one that is alone has no template.
  const single = path.pods
    .filter((pod) => pod.owner === null || pod.owner.kind === 'StatefulSet')
    .map(({ namespace, name, placement }) => ({ kind: 'Pod', namespace, name, template: placement, replicas: 1 }))
  const placed = [...path.workloads.filter((one) => one.kind !== 'StatefulSet' || single.length === 0), ...single]
  const reasons = placed.map((one) => neverRunsBecause(volumes, one, node))
  return reasons.includes(null) ? null : (reasons[0] ?? null)
}
