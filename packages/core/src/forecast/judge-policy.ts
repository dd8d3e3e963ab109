import { oneOf } from '../causes/words.ts'
import { networkPolicy } from '../causes/network-policy.ts'
import { policyAgainst } from '../cluster/network-policy.ts'
import { letIn } from '../remedies/edits.ts'
import { needsLocalPod, portBehind, targetPortIn } from '../route/claim.ts'
import type { MappedPort } from '../route/mapped-port.ts'
import type { Claimed } from './claim.ts'
import { always, type Finding, unknown } from './finding.ts'
import { eligibleForAny, type Scene } from './scene.ts'

/**
 * NetworkPolicies that let nobody from outside in, unless the pod network is known not to enforce any. Under policy Cluster
 * the packets come from the mapped node itself, and what comes from a pod's own node is always let in.
 *
 * Source: Kubernetes, "Network Policies": traffic to and from the node where a pod runs is always allowed.
 */
export function keptOut(scene: Scene, claim: Claimed, mapped: MappedPort): Finding | null {
  const { world } = scene
  if (world.enforcesPolicies === false) return null
  const barred = claim.groups.map((group) => {
    const port =
      claim.kind === 'nodePort'
        ? targetPortIn(claim.port, group.template)
        : (portBehind(group.template, { ...mapped, addresses: [] })?.containerPort ?? null)
    const policy = port === null ? null : policyAgainst(group, port, world.policies)
    return policy === null || port === null ? null : { policy, port }
  })
  const first = barred[0]
  if (!first || barred.includes(null)) return null
  const summary = `NetworkPolicy ${first.policy.namespace}/${first.policy.name} selects the pods and lets no client from outside the cluster in.`
  const remedies = [letIn(first.policy, first.port, mapped.protocol.toUpperCase())]
  if (
    !needsLocalPod({ route: claim }) &&
    eligibleForAny(scene, claim.groups).some((name) => mapped.nodes.includes(name))
  ) {
    const own = `A pod that runs on ${oneOf(mapped.nodes)} may answer all the same: what its own node forwards is let in by most enforcers.`
    return unknown(`${summary} ${own}`, networkPolicy.cause, { remedies })
  }
  return always(networkPolicy.cause, summary, {
    assumption:
      world.enforcesPolicies === true ? null : 'the pod network enforces policies, as kindnet does since kind 0.24',
    remedies,
  })
}
