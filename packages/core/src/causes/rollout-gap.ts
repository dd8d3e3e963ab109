import { NOTHING_TO_DO } from '../model/incident.ts'
import { needsLocalPod } from '../route/claim.ts'
import { leadsToNoPort, type PathEndpoint } from '../route/path.ts'
import { citeObject } from './cite.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import { defineRule } from './rule.ts'
import { areEndpointsSettling, isChurning, isSettling, type RuleContext, SETTLE_MS } from './context.ts'
import { isNodeKnown } from '../route/entries.ts'
import { onNode, ownerOf } from './words.ts'
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
  cure: 'The gap ends when the new pod is ready. To avoid one next time, use two replicas, a preStop sleep and a PodDisruptionBudget.',

  holds: (context) =>
    context.path.mapping.inForce &&
    !leadsToNoPort(context.path) &&
    (hasNobody(context)
      ? isChurning(context)
      : isInTransit(context) || (isChurning(context) && lastOnesLeaving(context).length > 0)),

  mechanism: (context) => (hasNobody(context) && !isSettling(context) ? withNobody(context) : 'any'),

  provenByObjects: hasNobody,

  isGuess: (context) => !hasNobody(context),

  summary: (context) => {
    const { path } = context
    const leaving = path.pods.find((pod) => pod.deletedAt > 0)
    if (leaving !== undefined && !path.pods.some((pod) => pod.ready && pod.deletedAt === 0)) {
      return `${ownerOf(path)} has no ready pod: ${leaving.name} is leaving ${leaving.node}, and the new one is starting.`
    }
    const [last] = lastOnesLeaving(context)
    const isByRules = path.route.kind === 'nodePort'
    if (last !== undefined && !(isByRules && isSettling(context))) {
      return `${ownerOf(path)} has no ready pod${isNodeKnown(path) ? `: the last one for ${path.container.name}` : ': the last one'}, ${last.podName}, is leaving and does not answer any more.`
    }
    if (hasNobody(context))
      return `${ownerOf(path)} has no ready pod: the old one is gone, and the new one is starting.`
    if (!isByRules)
      return `The pods of ${ownerOf(path)} have just changed, and none has opened its port ${onNode(path)} yet.`
    return `The endpoints of ${ownerOf(path)} have just changed, and kube-proxy ${onNode(path)} has not caught up yet.`
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

  remedies: (context) => [
    { text: `${NOTHING_TO_DO}it ends when the new pod is ready` },
    ...context.path.workloads
      .filter((one) => one.replicas === 1 && one.kind !== 'DaemonSet')
      .map((one) => ({
        text: 'Run two replicas to shorten or avoid the gap next time',
        command: kubectl(context, one.namespace, 'scale', resourceName(one), '--replicas=2'),
      })),
  ],

  absence: () => 'no pod is being replaced',
})

/**
 * The endpoints that the mapped node forwards to, where all of them are leaving: the Service counts such a pod until it
 * is gone, the application may have stopped to listen before. The pod says so before its endpoint does.
 */
function lastOnesLeaving({ path }: RuleContext): PathEndpoint[] {
  const used = path.endpoints.filter((one) =>
    needsLocalPod(path) ? one.servesLocally && one.node === path.container.name : one.serves,
  )
  return used.every(({ terminating, pod }) => terminating || (pod?.deletedAt ?? 0) > 0) ? used : []
}

/** The way changed a moment ago, other than by endpoints that came: kube-proxy needs up to its sync period. */
function isInTransit(context: RuleContext): boolean {
  const { path, unsettledAt, at } = context
  const isBehind = unsettledAt !== null && at - unsettledAt < SETTLE_MS
  return path.route.kind !== 'none' && isBehind && areEndpointsSettling(context)
}
