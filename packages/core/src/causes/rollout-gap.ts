import { needsLocalPod } from '../route/claim.ts'
import { type PathEndpoint } from '../route/path.ts'
import { citeObject } from './cite.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { areEndpointsSettling, isChurning, isSettling, type Situation } from './situation.ts'
import { ownerOf } from './words.ts'
import { hasNobody, withNobody } from './no-endpoints.ts'

/**
 * A gap while pods are being replaced: the old one is gone and the new one not yet ready, or the new endpoint has not
 * yet arrived in the node's rules. It ends by itself, or turns out to be another cause.
 *
 * Source: Kubernetes, "Pod termination" and kube-proxy's sync period.
 */
export const rolloutGap = defineRule({
  cause: 'rollout_gap',
  title: 'Pods are being replaced: the old ones are gone before the new ones answer.',
  cure: 'It ends when the new pod is ready. To have none next time: two replicas, a preStop sleep, a PodDisruptionBudget.',

  holds: (situation) =>
    situation.path.mapping.inForce &&
    (hasNobody(situation)
      ? isChurning(situation)
      : isInTransit(situation) || (isChurning(situation) && lastOnesLeaving(situation).length > 0)),

  mechanism: (situation) => (hasNobody(situation) && !isSettling(situation) ? withNobody(situation) : 'any'),

  provenByObjects: hasNobody,

  isGuess: (situation) => !hasNobody(situation),

  summary: (situation) => {
    const { path } = situation
    const leaving = path.pods.find((pod) => pod.deletedAt > 0)
    if (leaving !== undefined && !path.pods.some((pod) => pod.ready && pod.deletedAt === 0)) {
      return `${ownerOf(path)} is between pods: ${leaving.name} is leaving ${leaving.node} and the new one is not ready yet.`
    }
    const [last] = lastOnesLeaving(situation)
    if (last !== undefined && !isSettling(situation)) {
      return `${ownerOf(path)} is between pods: the last one for ${path.container.name}, ${last.podName}, is leaving and answers no more.`
    }
    if (hasNobody(situation))
      return `${ownerOf(path)} is between pods: the old one is gone and the new one is not ready yet.`
    return `The endpoints of ${ownerOf(path)} have just changed, and the rules on ${path.container.name} do not follow yet.`
  },

  evidence: ({ path, at }) =>
    path.pods.map((pod) =>
      citeObject(
        pod,
        pod.deletedAt > 0
          ? `is leaving ${pod.node}`
          : `is on ${pod.node ?? 'no node yet'}, ${pod.ready ? 'ready' : 'not ready'}`,
        at,
      ),
    ),

  remedies: (situation) => [
    { text: 'Wait: it ends when the new pod is ready' },
    ...situation.path.workloads
      .filter((one) => one.replicas === 1 && one.kind !== 'DaemonSet')
      .map((one) => ({
        text: 'To have no gap next time, run two replicas with a preStop sleep and a PodDisruptionBudget',
        command: kubectl(situation, one.namespace, 'scale', resourceName(one), '--replicas=2'),
      })),
  ],

  absence: () => 'no pod is being replaced',
})

/**
 * The endpoints that the mapped node forwards to, where all of them are leaving: the Service counts such a pod until it
 * is gone, the application may have stopped to listen before.
 */
function lastOnesLeaving({ path }: Situation): PathEndpoint[] {
  const used = path.endpoints.filter((one) =>
    needsLocalPod(path) ? one.servesLocally && one.node === path.container.name : one.serves,
  )
  return used.every((one) => one.terminating) ? used : []
}

/** Endpoints changed a moment ago: kube-proxy needs up to its sync period. */
function isInTransit(situation: Situation): boolean {
  return situation.path.route.kind !== 'none' && areEndpointsSettling(situation)
}
