import type { Cause } from '../model/cause.ts'
import type { Remedy } from '../model/incident.ts'
import { type Inventory, knowsObjects } from '../cluster/inventory.ts'
import type { ServiceSnapshot } from '../model/snapshot.ts'
import type { ClusterState } from '../state.ts'
import { preflight } from './preflight.ts'
import { remedyNow } from '../remedies/remedy-now.ts'
import type { PortVerdict, PreflightWarning } from '../model/verdict.ts'

/** What the next reschedule of its pods would make of a port of a cluster that runs. */
export interface Foreseen
  extends Pick<PortVerdict, 'verdict' | 'darkProbability' | 'summary' | 'eligibleNodes' | 'assumption'> {
  cause: Cause | null
  remedies: Remedy[]
}

/** What would become of a whole cluster. */
export interface Forecast {
  nodes: string[]
  ports: (Omit<PortVerdict, 'remedies'> & { remedies: Remedy[] })[]
  warnings: (Omit<PreflightWarning, 'remedies'> & { remedies: Remedy[] })[]
  /** The ports that are watched, by their target. */
  byTarget: Map<string, Foreseen>
}

/** null while the objects are not known. Worked out once after each change of the cluster. */
export function foresee(state: ClusterState): Forecast | null {
  if (!knowsObjects(state.inventory)) return null
  state.forecast ??= forecast(state)
  return state.forecast
}

function forecast(state: ClusterState): Forecast {
  const { ports, warnings } = preflight(worldOf(state.name, state.inventory))
  const withCommands = <T extends PortVerdict | PreflightWarning>(told: T) => ({
    ...told,
    remedies: told.remedies.map((remedy) => remedyNow(state, remedy)),
  })
  const told = ports.map(withCommands)
  const nameOf = (node: string | null, hostPort: number | null, protocol: string) => `${node}/${hostPort}/${protocol}`
  const verdicts = new Map(told.map((port) => [nameOf(port.node, port.hostPort, port.protocol), port]))
  const byTarget = new Map<string, Foreseen>()
  for (const [target, { path }] of state.tracks) {
    const { hostPort, protocol } = path.mapping
    const found = verdicts.get(nameOf(path.container.name, hostPort, protocol))
    if (found === undefined) continue
    const { verdict, darkProbability, cause, summary, eligibleNodes, assumption, remedies } = found
    byTarget.set(target, { verdict, darkProbability, cause, summary, eligibleNodes, assumption, remedies })
  }
  const nodes = [...state.inventory.nodes.values()].map((node) => node.name).sort()
  return { nodes, ports: told, warnings: warnings.map(withCommands), byTarget }
}

function worldOf(cluster: string, inventory: Inventory) {
  const services = [...inventory.services.values()]
  const byHand = new Set(services.filter(hasNoSelector).map(({ namespace, name }) => `${namespace}/${name}`))
  return {
    cluster,
    containers: inventory.containers,
    nodes: [...inventory.nodes.values()],
    services,
    slices: [...inventory.slices.values()].filter(({ namespace, service }) => byHand.has(`${namespace}/${service}`)),
    workloads: [...inventory.workloads.values()],
    pods: [...inventory.pods.values()],
    policies: [],
    routes: [],
    loadBalancers: null,
  }
}

/** Its endpoints are written by hand; those of the others follow from the pods. */
function hasNoSelector({ selector }: ServiceSnapshot): boolean {
  return Object.keys(selector).length === 0
}
