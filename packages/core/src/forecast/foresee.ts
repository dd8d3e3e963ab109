import type { Inventory } from '../cluster/inventory.ts'
import type { Settings } from '../model/settings.ts'
import type { Path } from '../route/path.ts'
import { preflight } from './preflight.ts'
import { asCommand } from '../remedies/as-command.ts'
import type { Forecast, Foreseen, PortVerdict, PreflightWarning } from '../model/verdict.ts'
import { commandedBy, objectsOf, worldOf } from './cluster-objects.ts'

/** As much of a cluster's state as a forecast reads. */
interface ForeseenCluster {
  readonly name: string
  readonly settings: Readonly<Settings>
  readonly inventory: Readonly<Inventory>
  readonly ports: { readonly tracks: ReadonlyMap<string, { readonly path: Path }> }
}

/** What followed from each revision of an inventory. */
const known = new WeakMap<object, Forecast>()

/** null while the objects are not known. Worked out once after each change of the cluster that it hangs on. */
export function foresee(cluster: ForeseenCluster): Forecast | null {
  const { inventory } = cluster
  const before = known.get(inventory.revision)
  if (before !== undefined) return before
  const made = forecast(cluster)
  if (made !== null) known.set(inventory.revision, made)
  return made
}

function forecast(cluster: ForeseenCluster): Forecast | null {
  const objects = objectsOf(cluster)
  if (objects === null) return null
  const { ports, warnings } = preflight(worldOf(objects))
  const commanded = commandedBy(objects)
  const withCommands = <T extends PortVerdict | PreflightWarning>(told: T) => ({
    ...told,
    remedies: told.remedies.map((remedy) => asCommand(commanded, remedy)),
  })
  const told = ports.map(withCommands)
  const nameOf = (node: string | null, hostPort: number | null, protocol: string) => `${node}/${hostPort}/${protocol}`
  const verdicts = new Map(told.map((port) => [nameOf(port.node, port.hostPort, port.protocol), port]))
  const byTarget = new Map<string, Foreseen>()
  for (const [target, { path }] of cluster.ports.tracks) {
    const { hostPort, protocol } = path.mapping
    const found = verdicts.get(nameOf(path.container.name, hostPort, protocol))
    if (found === undefined) continue
    const { verdict, darkProbability, cause, summary, eligibleNodes, assumption, remedies } = found
    byTarget.set(target, { verdict, darkProbability, cause, summary, eligibleNodes, assumption, remedies })
  }
  const nodes = [...cluster.inventory.nodes.values()].map((node) => node.name).sort()
  return { nodes, ports: told, warnings: warnings.map(withCommands), byTarget }
}
