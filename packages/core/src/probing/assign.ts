import type { Inventory } from '../cluster/inventory.ts'
import type { Effect } from '../model/effect.ts'
import type { Assignment, Burst, Observer, ProbePlan } from '../model/plan.ts'
import type { Speech } from '../model/probe-spec.ts'
import type { Settings } from '../model/settings.ts'
import type { Path } from '../route/path.ts'
import type { Route } from '../route/claim.ts'
import type { AgentPoint } from './agent-point.ts'
import type { ApiPoint } from './api-point.ts'
import { hostInterval } from './host-interval.ts'
import { refreshFabric } from './refresh-fabric.ts'
import type { PortPlans, Probing } from './probing.ts'
import type { TrackedPoint } from './tracked-point.ts'

/** Agents explain: they need not look as often as who decides, but where something is wrong. */
const AGENT_MS = 2000
/** What is only noted decides nothing: it is shown. */
const NOTED_MS = 60_000
/** How often the API server is asked for one pod, and how long for: it has to lead there first. */
const API_MS = 3000
const API_TIMEOUT_MS = 5000

/** As much of a port as says who has to look at it, and how. */
export interface ProbedPort {
  path: Path
  speech: Speech
  points: TrackedPoint[]
  /** Where agents look at it from. */
  agentPoints: AgentPoint[]
  /** Its pods, as they are asked through the API server while it is suspect. */
  apiPoints: ApiPoint[]
  /** It is not well, or may not be: agents look closer. */
  suspect: boolean
  /** What led on from it before, where nothing does any more. */
  readonly lost: { readonly route: Route } | null
}

/** As much of a cluster's state as assigning needs. */
export interface ProbedCluster {
  readonly settings: Readonly<Settings>
  readonly inventory: Readonly<Inventory>
  readonly probing: Probing
}

/**
 * Tells every observer what it has to do, where that changed.
 *
 * @param ports those that may be looked at in another way than before, or that are new
 * @param gone the targets of those that are mapped no more
 */
export function assignPlans(
  cluster: ProbedCluster,
  ports: Iterable<ProbedPort>,
  gone: Iterable<string>,
  effects: Effect[],
): void {
  const { probing } = cluster
  const changed = new Set<Observer>()
  for (const target of gone) replacePlans(probing, target, new Map(), changed)
  for (const port of ports) replacePlans(probing, port.path.mapping.target, plansOf(cluster, port), changed)
  for (const observer of refreshFabric(probing, cluster.inventory)) changed.add(observer)
  for (const observer of changed) {
    effects.push({ kind: 'assign', to: observer, assignment: assignmentOf(probing, observer) })
  }
}

/** Asks whoever can for more of these for a while. */
export function pushBursts(bursts: readonly (Burst & { to: Observer })[], effects: Effect[]): void {
  const byObserver = new Map<Observer, Burst[]>()
  for (const { to, ...burst } of bursts) {
    const own = byObserver.get(to)
    if (own === undefined) byObserver.set(to, [burst])
    else own.push(burst)
  }
  for (const [to, own] of byObserver) effects.push({ kind: 'burst', to, bursts: own })
}

/**
 * The same for what is behind the ports.
 *
 * @param wanted by target, all that is to be done for it
 */
export function assignBeside(
  probing: Probing,
  wanted: Iterable<readonly [target: string, plans: readonly (readonly [Observer, ProbePlan])[]]>,
  gone: Iterable<string>,
  effects: Effect[],
): void {
  const changed = new Set<Observer>()
  for (const target of gone) replacePlans(probing, target, new Map(), changed)
  for (const [target, plans] of wanted) {
    const byObserver = Map.groupBy(plans, ([observer]) => observer)
    const own = [...byObserver].map(([observer, some]) => {
      const ofObserver = some.map(([, plan]) => plan)
      return [observer, { key: JSON.stringify(ofObserver), plans: ofObserver }] as const
    })
    replacePlans(probing, target, new Map(own), changed)
  }
  for (const observer of changed) {
    effects.push({ kind: 'assign', to: observer, assignment: assignmentOf(probing, observer) })
  }
}

function replacePlans(probing: Probing, target: string, plans: PortPlans, changed: Set<Observer>): void {
  const before: PortPlans = probing.plans.get(target) ?? new Map()
  for (const observer of new Set([...before.keys(), ...plans.keys()])) {
    const [old, own] = [before.get(observer), plans.get(observer)]
    if (old?.key === own?.key) continue
    changed.add(observer)
    for (const { id } of old?.plans ?? []) removeUser(probing, id, target)
    for (const { id } of own?.plans ?? []) addUser(probing, id, target)
  }
  if (plans.size === 0) probing.plans.delete(target)
  else probing.plans.set(target, plans)
}

function addUser({ planUsers }: Probing, plan: string, target: string): void {
  const users = planUsers.get(plan)
  if (users === undefined) planUsers.set(plan, new Set([target]))
  else users.add(target)
}

function removeUser({ planUsers }: Probing, plan: string, target: string): void {
  const users = planUsers.get(plan)
  users?.delete(target)
  if (users?.size === 0) planUsers.delete(plan)
}

/** A witness may serve several ports: it is probed once. */
function assignmentOf({ plans, fabric }: Probing, observer: Observer): Assignment {
  const own = new Map<string, ProbePlan>()
  for (const ofPort of plans.values()) {
    for (const plan of ofPort.get(observer)?.plans ?? []) if (!own.has(plan.id)) own.set(plan.id, plan)
  }
  const beside = fabric.shares.get(observer)?.assignment
  return { plans: [...own.values(), ...(beside?.plans ?? [])], peers: beside?.peers ?? [] }
}

function plansOf(cluster: ProbedCluster, port: ProbedPort): PortPlans {
  const { probing, settings } = cluster
  const { speech } = port
  const plans = new Map<Observer, ProbePlan[]>()
  if (speech.protocol === 'off') return new Map()
  const add = (observer: Observer, plan: ProbePlan) => {
    const own = plans.get(observer)
    if (own === undefined) plans.set(observer, [plan])
    else own.push(plan)
  }
  const intervalMs = hostInterval(cluster, port)
  const { timeoutMs } = settings
  for (const { plan, target, vantage, address, port: number, role } of port.points) {
    const everyMs = role === 'note' ? Math.max(intervalMs, NOTED_MS) : intervalMs
    add('host', { id: plan, target, vantage, address, port: number, speech, intervalMs: everyMs, timeoutMs })
  }
  const known = knownSpeech(probing, speech)
  const seldom = port.suspect ? intervalMs : Math.max(intervalMs, AGENT_MS)
  for (const { plan, target, vantage, address, port: number } of port.agentPoints) {
    add(vantage, { id: plan, target, vantage, address, port: number, speech: known, intervalMs: seldom, timeoutMs })
  }
  for (const { plan, target, vantage, way, address, port: number, pod } of port.apiPoints) {
    // A pod that speaks something else is spared the HTTP of the proxy.
    if (way === 'pod-proxy' && known.protocol !== 'http' && known.protocol !== 'https') continue
    const how = { speech: known, intervalMs: API_MS, timeoutMs: API_TIMEOUT_MS }
    add('api', { id: plan, target, vantage, address, port: number, pod, ...how })
  }
  return new Map([...plans].map(([observer, own]) => [observer, { key: JSON.stringify(own), plans: own }]))
}

/** What the prober on the host has found out need not be found out again by every agent. */
function knownSpeech({ protocols }: Probing, speech: Speech): Speech {
  const found = speech.protocol === 'auto' ? protocols.get(speech.identity) : undefined
  return found === undefined ? speech : { ...speech, ...found }
}
