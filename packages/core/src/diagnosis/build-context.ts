import { kubeProxyPlans, localEndpointsPlanId } from '../probing/fabric.ts'
import { meshTo } from '../probing/mesh.ts'
import { absentAgents } from '../probing/presence.ts'
import type { Seen, RuleContext } from '../causes/context.ts'
import { type Inventory, knowsObjects, staleBecause } from '../cluster/inventory.ts'
import { key } from '../cluster/keys.ts'
import { isSelected } from '../cluster/network-policy.ts'
import { dropsByPolicy, enforcesPolicies, knowsPolicies } from '../cluster/policy-enforcement.ts'
import { asCommand } from '../remedies/as-command.ts'
import { kubectlOf } from '../remedies/kubectl.ts'
import { type EventSnapshot, isWorkload, keyOf, type ServiceSnapshot } from '../model/snapshot.ts'
import { readMappings } from '../route/mapping.ts'
import { type Path, type PathEndpoint, servingNodes } from '../route/path.ts'
import type { Symptom } from '../model/symptom.ts'
import { seenAt, type ProbeHistory } from '../probing/probe-history.ts'
import type { RuleReading } from '../model/rule-reading.ts'
import type { Probing } from '../probing/probing.ts'
import type { ProbedCluster } from '../probing/assign.ts'
import { decidingPoints, failingPoints, type TrackedPoint } from '../probing/tracked-point.ts'
import type { WatchedPort } from './watched-port.ts'

/** How long the machine's own trouble is held against what was seen. */
const TROUBLE_MS = 3000
/** So many probes in a row that failed on this machine itself, on every vantage, make it the machine's trouble. */
const LOCAL_ERRORS = 3
/** And for so long: in a burst a machine that is held up for an instant fails as often within it. */
const LOCAL_ERRORS_MS = 1000

/** As much of a cluster's state as a diagnosis looks at. */
export interface WatchedCluster extends ProbedCluster {
  readonly name: string
}

/** Gathers what the rules may look at. What few rules ask for is worked out when one does. */
export function buildContext(cluster: WatchedCluster, port: WatchedPort, at: number): RuleContext {
  const { inventory, probing } = cluster
  const { path } = port
  const failing = failingPoints(port, probing)
  const darkSince =
    failing.length === 0 ? null : Math.min(...failing.map(({ history }) => history.firstFailureAt ?? at))
  return {
    at,
    cluster: cluster.name,
    kubectl: kubectlOf(cluster.settings),
    engine: inventory.engine,
    asCommand: (remedy) => asCommand(cluster, remedy),
    engineLost: inventory.engineLost,
    path,
    changedAt: port.changedAt,
    targetChangedAt: port.targetChangedAt,
    unsettledAt: port.unsettledAt,
    rewordedAt: port.rewordedAt,
    answeredPath: port.answeredPath,
    policyChangedAt: port.policyChangedAt,
    lost: port.lost,
    get deletedService() {
      const { lost } = port
      if (path.route.kind !== 'none' || lost?.route.kind !== 'nodePort') return null
      const { service } = lost.route
      return inventory.services.has(keyOf(service)) ? null : { service, at: lost.at }
    },
    get epochs() {
      return [...port.epochs, port.epoch]
    },
    darkSince,
    failedAt: darkSince === null ? null : Math.max(...failing.map(({ history }) => history.lastFailureAt ?? 0)),
    counted: { answered: port.answered, attempts: port.attempts },
    deciding: seen(decidingPoints(port, probing)),
    witnesses: probing.nodeAddressAnswers ? seen(witnessesAt(port, servingNodes(path))) : [],
    backends: probing.nodeAddressAnswers
      ? seen(witnessesAt(port, path.balanced?.backends.map(({ node }) => node) ?? []))
      : [],
    agents: port.agentPoints,
    api: port.apiPoints,
    get refusedWays() {
      return [...probing.refusedWays.values()]
    },
    kubeProxy: kubeProxyHistory(probing, path.container.name),
    localEndpoints: localEndpointsHistory(probing, path),
    get muteNodes() {
      if (inventory.engine !== null || path.mapping.entry === 'hostPort' || darkSince === null) return []
      const nodes = new Set([path.container.name, ...servingNodes(path)])
      return [...nodes].filter((node) => isMute(probing, node, darkSince))
    },
    get kubeProxies() {
      return [...inventory.kubeProxies.values()]
    },
    rules: currentRules(port, darkSince),
    nodes: inventory.nodes,
    volumes: inventory.volumes,
    get enforcesPolicies() {
      return enforcesPolicies(inventory)
    },
    get dropsByPolicy() {
      return dropsByPolicy(inventory)
    },
    get mayBeKeptOut() {
      const isKept = ({ pod }: PathEndpoint) => pod !== null && isSelected(pod, inventory.policies.values())
      return !knowsPolicies(inventory) || path.endpoints.some(isKept)
    },
    get absent() {
      return absentAgents(inventory, at)
    },
    mesh: (node) => meshTo(probing, node),
    containers: inventory.containers,
    exitCodes: inventory.exitCodes,
    starts: inventory.starts,
    get unmapped() {
      return path.route.kind === 'none' ? unmappedNodePorts(inventory) : []
    },
    warnings: inventory.warnings,
    get failedCreate() {
      return failedCreate(inventory, path)
    },
    proberTrouble: proberTrouble(cluster, port, at),
    blind: blindBecause(cluster),
  }
}

/** As long as the port is dark, and leads on as it did when they were read. */
function currentRules({ rules, changedAt }: WatchedPort, darkSince: number | null): RuleReading | null {
  if (rules === null || darkSince === null || rules.to < darkSince) return null
  return changedAt !== null && rules.from < changedAt ? null : rules
}

/** The agent on the node is nearer to it than the host. */
function kubeProxyHistory({ fabricHistories }: Probing, node: string): ProbeHistory | null {
  const { inside, host } = kubeProxyPlans(node)
  const [near, far] = [fabricHistories.get(inside), fabricHistories.get(host)]
  return near === undefined || (near.last === null && far !== undefined) ? (far ?? null) : near
}

function localEndpointsHistory({ fabricHistories }: Probing, { route, container }: Path): ProbeHistory | null {
  if (route.kind !== 'nodePort') return null
  return fabricHistories.get(localEndpointsPlanId(route.service, container.name)) ?? null
}

const UNCONNECTED: readonly Symptom[] = ['connect_timeout', 'unreachable']

/** Its kube-proxy answered this host, and now no connection comes about: one that is stuck or dead lets it come, or refuses it. */
function isMute({ fabricHistories }: Probing, node: string, darkSince: number): boolean {
  const history = fabricHistories.get(kubeProxyPlans(node).host)
  if (history === undefined || history.last === null || history.lastOkAt === null) return false
  return UNCONNECTED.includes(history.last.symptom) && (seenAt(history) ?? 0) > darkSince
}

function seen(points: readonly TrackedPoint[]): Seen[] {
  return points.map((point) => ({ point, history: point.history }))
}

function witnessesAt({ points }: WatchedPort, nodes: readonly string[]): TrackedPoint[] {
  return points.filter(
    ({ role, target }) => role === 'witness' && nodes.some((node) => target.startsWith(`node:${node}:`)),
  )
}

/** Why the prober's own machine cannot be trusted now; null when it can. */
export function proberTrouble({ probing }: WatchedCluster, port: WatchedPort, at: number): string | null {
  const { trouble } = probing
  if (trouble !== null && at - trouble.to < TROUBLE_MS) return trouble.reason
  const points = decidingPoints(port, probing)
  const failsHere = ({ history: { localErrors, localErrorsSince } }: TrackedPoint) =>
    localErrors >= LOCAL_ERRORS && at - (localErrorsSince ?? at) >= LOCAL_ERRORS_MS
  if (points.length === 0 || !points.every(failsHere)) return null
  return 'this machine could not open the sockets to probe with'
}

/** Why the cluster's objects are not known, or not fresh; null when they are. */
export function blindBecause({ name, inventory }: Pick<WatchedCluster, 'name' | 'inventory'>): string | null {
  const stale = staleBecause(inventory)
  if (stale !== null) return `the API server of ${name} cannot be reached (${stale})`
  return knowsObjects(inventory) ? null : `the API server of ${name} has not answered yet`
}

function failedCreate({ index, warnings }: Readonly<Inventory>, { workloads }: Path): EventSnapshot | null {
  const controllers = workloads.flatMap((root) => [root, ...[...index.of(key.ownedBy(root.uid))].filter(isWorkload)])
  const events = controllers.flatMap(({ uid }) => warnings.get(uid) ?? [])
  return events.filter(({ reason }) => reason === 'FailedCreate').sort((a, b) => b.at - a.at)[0] ?? null
}

type UnmappedNodePort = { service: ServiceSnapshot; nodePort: number }

/** What followed from each revision of an inventory: the same for all of its ports. */
const known = new WeakMap<object, UnmappedNodePort[]>()

function unmappedNodePorts(inventory: Readonly<Inventory>): UnmappedNodePort[] {
  const found = known.get(inventory.revision) ?? findUnmapped(inventory)
  known.set(inventory.revision, found)
  return found
}

function findUnmapped(inventory: Readonly<Inventory>): UnmappedNodePort[] {
  const mapped = new Set(readMappings(inventory.containers).map((one) => `${one.containerPort}/${one.protocol}`))
  const found: { service: ServiceSnapshot; nodePort: number }[] = []
  for (const service of inventory.services.values()) {
    for (const { nodePort, protocol } of service.ports) {
      if (nodePort > 0 && !mapped.has(`${nodePort}/${protocol.toLowerCase()}`)) found.push({ service, nodePort })
    }
  }
  return found.sort((a, b) => a.nodePort - b.nodePort)
}
