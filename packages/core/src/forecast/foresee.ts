import { type Inventory, knowsObjects } from '../cluster/inventory.ts'
import { enforcesPolicies } from '../cluster/policy-enforcement.ts'
import type { ServiceSnapshot } from '../model/snapshot.ts'
import type { Settings } from '../model/settings.ts'
import { balancedBy } from '../route/balanced.ts'
import { doorOf } from '../route/mapped-port.ts'
import { readMappings } from '../route/mapping.ts'
import type { Path } from '../route/path.ts'
import type { PreflightWorld } from '../model/world.ts'
import { preflight } from './preflight.ts'
import { asCommand } from '../remedies/as-command.ts'
import type { Forecast, Foreseen, PortVerdict, PreflightWarning } from '../model/verdict.ts'

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
  if (!knowsObjects(inventory)) return null
  const before = known.get(inventory.revision)
  if (before !== undefined) return before
  const made = forecast(cluster)
  known.set(inventory.revision, made)
  return made
}

function forecast(cluster: ForeseenCluster): Forecast {
  const { ports, warnings } = preflight(worldOf(cluster.name, cluster.inventory))
  const withCommands = <T extends PortVerdict | PreflightWarning>(told: T) => ({
    ...told,
    remedies: told.remedies.map((remedy) => asCommand(cluster, remedy)),
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

function worldOf(cluster: string, inventory: Readonly<Inventory>): PreflightWorld {
  const services = [...inventory.services.values()]
  const byHand = new Set(services.filter(hasNoSelector).map(({ namespace, name }) => `${namespace}/${name}`))
  return {
    cluster,
    isComplete: true,
    machine: null,
    network: null,
    containers: inventory.containers,
    nodes: [...inventory.nodes.values()],
    backends: backendsIn(inventory),
    services,
    superseded: [],
    slices: [...inventory.slices.values()].filter(({ namespace, service }) => byHand.has(`${namespace}/${service}`)),
    workloads: [...inventory.workloads.values()],
    pods: [...inventory.pods.values()],
    policies: [...inventory.policies.values()],
    volumes: [...inventory.volumes.values()],
    volumesUnknown: inventory.lost.get('persistentvolumes') ?? inventory.lost.get('persistentvolumeclaims') ?? null,
    enforcesPolicies: enforcesPolicies(inventory),
    routes: [],
    customs: [],
    autoscalers: [],
    flaws: new Map(),
    neededFamilies: new Map(),
    unread: [],
    patching: [],
    loadBalancers: null,
  }
}

/** As the balancers say; ports of one that does not are left out. */
function backendsIn(inventory: Readonly<Inventory>): PreflightWorld['backends'] {
  return new Map(
    readMappings(inventory.containers).flatMap((mapping): [string, string[]][] => {
      const balanced = balancedBy(inventory, mapping, mapping.container)
      if (balanced === null || mapping.service !== undefined) return []
      return [[doorOf(mapping.container.name, mapping), balanced.backends.map(({ node }) => node)]]
    }),
  )
}

/** Its endpoints are written by hand; those of the others follow from the pods. */
function hasNoSelector({ selector }: ServiceSnapshot): boolean {
  return Object.keys(selector).length === 0
}
