import { knowsObjects } from '../inventory.ts'
import type { ClusterState } from '../state.ts'
import { preflight } from './preflight.ts'

/**
 * How probable it is for each port of a cluster that runs, by its target, that the next reschedule of its pods leaves it
 * dark. A port of which nothing can be said is left out.
 */
export function foreseeDarkness(state: ClusterState): Map<string, number> {
  const { inventory } = state
  const foreseen = new Map<string, number>()
  if (!knowsObjects(inventory)) return foreseen
  const { ports } = preflight({
    cluster: state.name,
    containers: inventory.containers,
    nodes: [...inventory.nodes.values()],
    services: [...inventory.services.values()],
    slices: [...inventory.slices.values()],
    workloads: [...inventory.workloads.values()],
    pods: [...inventory.pods.values()],
    policies: [],
    routes: [],
    loadBalancers: null,
  })
  const nameOf = (node: string | null, hostPort: number | null, protocol: string) => `${node}/${hostPort}/${protocol}`
  const verdicts = new Map(ports.map((port) => [nameOf(port.node, port.hostPort, port.protocol), port]))
  for (const [target, { path }] of state.tracks) {
    const { hostPort, protocol } = path.mapping
    const verdict = verdicts.get(nameOf(path.container.name, hostPort, protocol))
    if (verdict === undefined || verdict.verdict === 'unknown' || verdict.darkProbability === null) continue
    foreseen.set(target, verdict.darkProbability)
  }
  return foreseen
}
