import type { PracticeCluster } from '../cluster.ts'
import type { NodeSpec, PortMapping } from '../node-spec.ts'
import type { DeployOptions, IngressOptions, ServiceOptions } from '../workloads.ts'

/** A cluster, what runs in it, and what happens to it. Nodes are called as in `worker2`, without the cluster's name. */
export interface Scenario {
  name: string
  /** One sentence. */
  about: string
  nodes: NodeSpec[]
  deployments: DeployOptions[]
  services: ServiceOptions[]
  ingresses?: IngressOptions[]
  /** The worker where every pod starts; left out, the scheduler decides. */
  beginsOn?: string
  /** One after another, and from the beginning again. */
  steps: Step[]
  /** How long to watch, from the third step on, what comes of each, where somebody looks on who may try its fix, ms. */
  leisureMs?: number
}

export interface Step {
  /** What it does to the cluster, told before it does it, in one line. */
  tell(cluster: PracticeCluster): string
  /** @param signal aborts when the time is over */
  act(cluster: PracticeCluster, signal: AbortSignal): Promise<void>
  /** How long to watch what comes of it, ms. */
  pauseMs: number
}

/** The full name of a node. */
export function nodeIn(cluster: PracticeCluster, node: string): string {
  return `${cluster.name}-${node}`
}

/** The same nodes with any free host ports, for a machine where the usual ones are taken. */
export function onFreePorts(nodes: NodeSpec[]): NodeSpec[] {
  return nodes.map((node) => (node.ports ? { ...node, ports: node.ports.map(toFree) } : node))
}

function toFree(port: PortMapping): PortMapping {
  return { ...port, hostPort: 0 }
}
