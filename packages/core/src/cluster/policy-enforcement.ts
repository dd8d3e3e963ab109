import { keyOf } from '../model/snapshot.ts'
import type { Inventory } from './inventory.ts'

type Known = Pick<Inventory, 'workloads'>

const ENFORCING = ['kindnet', 'calico-node', 'cilium', 'antrea-agent', 'kube-router', 'weave-net']
const NOT_ENFORCING = ['kube-flannel-ds']

/**
 * Whether the pod network enforces NetworkPolicies, by its DaemonSet; null where nothing says.
 *
 * Source: kindnet does since kind 0.24; the documentation of the others.
 */
export function enforcesPolicies(inventory: Known): boolean | null {
  if (ENFORCING.some((name) => runs(inventory, name))) return true
  const isBare = (name: string) => runs(inventory, name) || inventory.workloads.has(`DaemonSet/kube-flannel/${name}`)
  return NOT_ENFORCING.some(isBare) ? false : null
}

function runs({ workloads }: Known, name: string): boolean {
  return workloads.has(keyOf({ kind: 'DaemonSet', namespace: 'kube-system', name }))
}

/**
 * It drops what a policy keeps out. kube-router answers by ICMP instead, and of others nothing is known.
 *
 * Source: measured on kind with kindnet and with kube-router; the documentation of the others.
 */
export function dropsByPolicy(inventory: Known): boolean {
  return ['kindnet', 'calico-node', 'cilium', 'antrea-agent', 'weave-net'].some((name) => runs(inventory, name))
}

/** All its policies are known: they were listed, and it has none of its own kinds. */
export function knowsPolicies(inventory: Known & Pick<Inventory, 'listed'>): boolean {
  return (
    inventory.listed.has('networkpolicies') &&
    ['kindnet', 'kube-router', 'weave-net'].some((name) => runs(inventory, name))
  )
}
