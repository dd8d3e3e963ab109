import type { PodSnapshot } from '../model/snapshot.ts'
import { neverRunsBecause } from '../cluster/volumes.ts'
import { citeObject } from './cite.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import type { RuleContext } from './context.ts'
import { ownerOf } from './words.ts'
import { hasNobody, withNobody } from './no-endpoints.ts'

/**
 * The scheduler finds no node for the pod, so nobody answers.
 *
 * Source: Kubernetes, Pod condition PodScheduled with reason Unschedulable.
 */
export const podPending = defineRule({
  cause: 'pod_pending',
  title: 'No node fits the pod, so it is not running anywhere.',
  cure: 'The verdict repeats the reason that the scheduler gives. Free the resource that is missing, or change what the pods ask for.',

  holds: (context) => hasNobody(context) && (pending(context).length > 0 || fitsNowhere(context) !== null),

  mechanism: withNobody,

  provenByObjects: () => true,

  summary: (context) => {
    const [pod] = pending(context)
    if (pod === undefined) {
      return `${ownerOf(context.path)} has no ready endpoint: no node may hold its pods (${fitsNowhere(context)}).`
    }
    return `${ownerOf(context.path)} has no ready endpoint: no node fits pod ${pod.name} (${pod.unschedulable?.message ?? ''}).`
  },

  evidence: (context) =>
    pending(context).map((pod) =>
      citeObject(pod, `not scheduled: ${pod.unschedulable?.message ?? ''}`, pod.unschedulable?.since ?? context.at),
    ),

  remedies: (context) =>
    pending(context)
      .slice(0, 1)
      .map((pod) => ({
        text: 'Free what the scheduler found missing, or change what the pod asks for',
        command: kubectl(context, pod.namespace, 'describe', resourceName(pod)),
      })),

  absence: ({ path }) => (path.pods.length === 0 ? 'no pod waits for a node' : 'every pod has a node'),
})

/** A DaemonSet has no pod that waits where no node fits: why not on one of them; null where one does. */
function fitsNowhere({ path, nodes, volumes }: RuleContext): string | null {
  const { workloads } = path
  if (workloads.length === 0 || workloads.some(({ kind }) => kind !== 'DaemonSet')) return null
  const reasons = workloads.flatMap((pods) => [...nodes.values()].map((node) => neverRunsBecause(volumes, pods, node)))
  return reasons.includes(null) ? null : (reasons[0] ?? null)
}

function pending({ path }: RuleContext): PodSnapshot[] {
  return path.pods.filter((pod) => pod.node === null && pod.deletedAt === 0 && pod.unschedulable !== null)
}
