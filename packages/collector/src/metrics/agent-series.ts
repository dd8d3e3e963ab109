import { agentsOf, type ClusterState, isReachable, readMesh, reportingNodes, targetsBeside } from '@portolan/core'
import type { Families } from './families.ts'

/** Sets what says how the agents are and how nodes see each other. @returns the targets beside the ports that have series */
export function setAgents(families: Families, state: ClusterState, at: number): Set<string> {
  const cluster = state.name
  if (agentsOf(state.inventory).length === 0) return new Set()
  families.agentsExpected.set({ cluster }, state.inventory.nodes.size)
  const reporting = new Set(reportingNodes(state.inventory, at))
  families.agentsReporting.set({ cluster }, reporting.size)
  for (const { from, to, symptom } of readMesh(state.probing)) {
    if (!reporting.has(from)) continue // what it saw last says nothing of now
    families.meshUp.set({ cluster, source_node: from, target_node: to }, Number(isReachable(symptom)))
  }
  return new Set(targetsBeside(state))
}
