import type { V1Node } from '@kubernetes/client-node'
import type { NodeSnapshot, Taint } from '@portolan/core'
import { conditionOf } from './condition.ts'
import { identify } from './metadata.ts'

export function trimNode(node: V1Node): NodeSnapshot {
  return {
    kind: 'Node',
    ...identify(node),
    labels: node.metadata?.labels ?? {},
    taints: (node.spec?.taints ?? []).map(({ key, value, effect }) => ({
      key,
      value: value ?? '',
      effect: effect as Taint['effect'],
    })),
    unschedulable: node.spec?.unschedulable ?? false,
    ready: conditionOf(node.status?.conditions, 'Ready'),
    addresses: (node.status?.addresses ?? [])
      .filter((address) => address.type === 'InternalIP')
      .map((address) => address.address),
  }
}
