import { keyOf } from '../model/snapshot.ts'
import type { Inventory } from './inventory.ts'

const ENFORCING = ['kindnet', 'calico-node', 'cilium', 'antrea-agent', 'kube-router', 'weave-net']
const NOT_ENFORCING = ['kube-flannel-ds']

/**
 * Whether the pod network enforces NetworkPolicies, by its DaemonSet; null where nothing says.
 *
 * Source: kindnet does since kind 0.24; the documentation of the others.
 */
export function enforcesPolicies({ workloads }: Pick<Inventory, 'workloads'>): boolean | null {
  const runs = (name: string) => workloads.has(keyOf({ kind: 'DaemonSet', namespace: 'kube-system', name }))
  if (ENFORCING.some(runs)) return true
  return NOT_ENFORCING.some((name) => runs(name) || workloads.has(`DaemonSet/kube-flannel/${name}`)) ? false : null
}
