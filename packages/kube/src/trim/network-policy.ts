import type { V1NetworkPolicy } from '@kubernetes/client-node'
import { type ApiNetworkPolicy, ingressOf, type NetworkPolicySnapshot } from '@portolan/core'
import { identify } from './metadata.ts'

export function trimNetworkPolicy(policy: V1NetworkPolicy): NetworkPolicySnapshot {
  return { kind: 'NetworkPolicy', ...identify(policy), ...ingressOf((policy.spec ?? {}) as ApiNetworkPolicy) }
}
