import { matchesLabels } from '../scheduling.ts'
import type { PodGroup } from './pod-group.ts'
import type { NetworkPolicySnapshot } from './world.ts'

/**
 * The policy that keeps clients from outside the cluster from this port of the pods; null when none does. Policies add
 * up: what one of them allows is allowed. An ipBlock may allow the client, so that is not held against it.
 *
 * Source: Kubernetes, "Network Policies".
 */
export function policyAgainst(
  group: PodGroup,
  port: number,
  policies: readonly NetworkPolicySnapshot[],
): NetworkPolicySnapshot | null {
  if (group.template.hostNetwork) return null
  const over = policies.filter(
    (policy) => policy.namespace === group.namespace && matchesLabels(policy.pods, group.template.labels),
  )
  const name = group.template.ports.find((one) => one.containerPort === port)?.name
  const letsIn = over.some((policy) =>
    policy.ingress.some(
      ({ outsiders, ports }) =>
        outsiders &&
        (ports.length === 0 || ports.includes(String(port)) || (name !== undefined && ports.includes(name))),
    ),
  )
  return letsIn ? null : (over[0] ?? null)
}
