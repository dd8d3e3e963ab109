import { type Agent, type Inventory, nodeNamed } from '../cluster/inventory.ts'
import { keyOf } from '../model/snapshot.ts'

/** An agent says every three seconds that it is there: one of these may be lost. */
export const SILENT_MS = 8000

/** An agent on a node that the cluster still has, whether or not it is heard at the moment. */
export function agentsOf({ agents, nodes }: Inventory): Agent[] {
  return [...agents.values()].filter(({ node }) => nodes.has(keyOf({ kind: 'Node', namespace: '', name: node })))
}

/**
 * Whether what an agent says of its own address is one of its node's, as the cluster has it. Otherwise others would be
 * sent wherever it likes.
 */
export function isAtItsNode(inventory: Inventory, { node, address }: Pick<Agent, 'node' | 'address'>): boolean {
  return nodeNamed(inventory, node)?.addresses.includes(address) ?? false
}

/** The nodes whose agents are heard, sorted. */
export function reportingNodes(inventory: Inventory, at: number): string[] {
  return agentsOf(inventory)
    .filter(({ heardAt }) => at - heardAt < SILENT_MS)
    .map(({ node }) => node)
    .sort()
}

/** Agents that have been heard and are not any more, on nodes that are still there. */
export function absentAgents(inventory: Inventory, at: number): { node: string; heardAt: number }[] {
  return agentsOf(inventory)
    .filter(({ heardAt }) => at - heardAt >= SILENT_MS)
    .map(({ node, heardAt }) => ({ node, heardAt }))
}
