import { commandText, type NodeContainer, type Observation, operands } from '@portolan/core'

/** Knows from the container engine which clusters are stopped: not one of their nodes is there to run anything. */
export interface StoppedClusters {
  take(cluster: string, observed: Observation): void
  /** The command that starts the cluster again; null unless all of its nodes are stopped. */
  startCommand(cluster: string): string | null
}

const STOPPED: readonly NodeContainer['state'][] = ['created', 'exited', 'dead']

export function createStoppedClusters(): StoppedClusters {
  const nodes = new Map<string, NodeContainer[]>()
  const engines = new Map<string, string>()
  return {
    take(cluster, observed) {
      if (observed.kind === 'containers') nodes.set(cluster, observed.containers)
      if (observed.kind === 'engine' && observed.status === 'connected') engines.set(cluster, observed.engine.kind)
    },
    startCommand(cluster) {
      const all = nodes.get(cluster) ?? []
      if (all.length === 0 || all.some(({ state }) => !STOPPED.includes(state))) return null
      const names = all.toSorted(byRole).map(({ name }) => name)
      return commandText([engines.get(cluster) ?? 'docker', 'start', ...operands(...names)])
    },
  }
}

/** Control planes first: workers look for them when they start. */
function byRole(a: NodeContainer, b: NodeContainer): number {
  return a.role.localeCompare(b.role) || a.name.localeCompare(b.name)
}
