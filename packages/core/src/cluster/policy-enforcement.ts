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

/** Networks that have policies of their own kinds, which are not watched. */
const OF_THEIR_OWN = ['calico-node', 'canal', 'cilium', 'antrea-agent', 'ovnkube-node', 'kube-ovn-cni']

/** All its policies are known: they were listed, and among what runs on every node no network has kinds of its own. */
export function knowsPolicies({ workloads, listed }: Known & Pick<Inventory, 'listed'>): boolean {
  const onNodes = [...workloads.values()].filter(({ kind }) => kind === 'DaemonSet').map(({ name }) => name)
  const hasOwn = onNodes.some((name) => OF_THEIR_OWN.some((own) => name === own || name.startsWith(`${own}-`)))
  return listed.has('networkpolicies') && onNodes.length > 0 && !hasOwn
}
