import type { PodSnapshot, WorkloadSnapshot } from '../model/snapshot.ts'
import { citeObject } from './cite.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { withoutSurge } from '../remedies/edits.ts'
import { defineRule } from './rule.ts'
import type { RuleContext } from './context.ts'
import { workloadName } from './words.ts'
import { hasNobody, withNobody } from './no-endpoints.ts'

/**
 * A rollout starts the new pod before it stops the old one, and both want the same port of the node: the new one waits
 * for ever, and the old one does not answer. While the old one answers the port is not dark and the rollout just sticks.
 *
 * Source: Kubernetes, "Deployments", maxSurge; the scheduler's NodePorts plugin.
 */
export const surgeConflict = defineRule({
  cause: 'surge_conflict',
  title:
    'The new pod waits for the host port that the old pod of the same workload holds: the rollout is stuck, and the old pod does not answer.',
  cure: 'Let a rollout stop the old pod first: `maxSurge: 0` and `maxUnavailable: 1`. Deleting the old pod unblocks the rollout this time.',

  holds: (context) => hasNobody(context) && conflict(context) !== null,

  mechanism: withNobody,

  provenByObjects: () => true,

  summary: (context) => {
    const found = conflict(context)
    if (found === null) return ''
    const { workload, waiting, holding } = found
    return `The rollout of ${workloadName(workload)} is stuck: pod ${waiting.name} waits for port ${context.path.mapping.containerPort} of ${holding.node}, which its own old pod ${holding.name} holds, and the old one does not answer.`
  },

  evidence: (context) => {
    const found = conflict(context)
    if (found === null) return []
    const { workload, waiting, holding } = found
    return [
      citeObject(workload, `maxSurge is ${workload.rollout?.surge}: new pods start before old ones stop`, context.at),
      citeObject(waiting, `not scheduled: ${waiting.unschedulable?.message ?? ''}`, context.at),
      citeObject(holding, `is on ${holding.node}, not ready`, context.at),
    ]
  },

  remedies: (context) => {
    const found = conflict(context)
    if (found === null) return []
    const { workload, holding } = found
    return [
      context.asCommand(withoutSurge(workload)),
      {
        text: 'This time only: delete the old pod',
        command: kubectl(context, holding.namespace, 'delete', resourceName(holding)),
      },
    ]
  },

  absence: ({ path }) =>
    path.route.kind === 'hostPort' || path.route.kind === 'hostNetwork'
      ? 'no pod waits for a port that its own predecessor holds'
      : 'the pods take no port of their node',
})

/** The scheduler names the missing port: "node(s) didn't have free ports for the requested pod ports". */
function conflict({
  path,
}: RuleContext): { workload: WorkloadSnapshot; waiting: PodSnapshot; holding: PodSnapshot } | null {
  if (path.route.kind !== 'hostPort' && path.route.kind !== 'hostNetwork') return null
  const workload = path.workloads.find((one) => (one.rollout?.surge ?? 0) > 0)
  const waiting = path.pods.find((pod) => pod.node === null && /free ports/.test(pod.unschedulable?.message ?? ''))
  const holding = path.pods.find((pod) => pod.node !== null && pod.deletedAt === 0)
  if (workload === undefined || waiting === undefined || holding === undefined) return null
  return waiting.owner?.uid === holding.owner?.uid ? null : { workload, waiting, holding }
}
