import { type FabricShare, shareFabric } from './fabric.ts'
import { agentsOf, isAtItsNode } from './presence.ts'
import type { Effect } from '../model/effect.ts'
import type { Inventory } from '../cluster/inventory.ts'
import type { Assignment, Burst, Observer, ProbePlan } from '../model/plan.ts'
import { createSighting } from './sighting.ts'
import type { Speech } from '../model/probe-spec.ts'
import { annotatedInterval } from '../route/probe-settings.ts'
import type { ClusterState } from '../state.ts'
import type { TargetTrack } from '../incidents/target-track.ts'

/** Agents explain: they need not look as often as who decides, but where something is wrong. */
const AGENT_MS = 2000

/** Tells every observer what it has to do, where that changed. */
export function assignPlans(state: ClusterState, effects: Effect[]): void {
  const plans = plansOfPorts(state)
  const changed = new Set(refreshFabric(state))
  for (const observer of new Set<Observer>([...plans.keys(), ...state.assigned.keys(), ...changed])) {
    const own = plans.get(observer) ?? []
    const key = own.length === 0 ? '' : JSON.stringify(own)
    if (key === (state.assigned.get(observer) ?? '') && !changed.has(observer)) continue
    if (own.length === 0) state.assigned.delete(observer)
    else state.assigned.set(observer, key)
    const fabric = observer === 'host' ? undefined : state.fabric.shares.get(nodeOf(observer))?.assignment
    if (observer === 'host') state.plans = own
    effects.push({ kind: 'assign', to: observer, assignment: together(own, fabric) })
  }
}

/** Asks whoever can for more of these for a while. */
export function pushBursts(bursts: readonly (Burst & { to: Observer })[], effects: Effect[]): void {
  const byObserver = new Map<Observer, Burst[]>()
  for (const { to, ...burst } of bursts) byObserver.set(to, [...(byObserver.get(to) ?? []), burst])
  for (const [to, own] of byObserver) effects.push({ kind: 'burst', to, bursts: own })
}

function together(own: ProbePlan[], fabric: Assignment | undefined): Assignment {
  return fabric === undefined ? { plans: own, peers: [] } : { plans: [...own, ...fabric.plans], peers: fabric.peers }
}

function plansOfPorts(state: ClusterState): Map<Observer, ProbePlan[]> {
  const plans = new Map<Observer, Map<string, ProbePlan>>([['host', new Map()]])
  state.planUsers.clear()
  const add = (observer: Observer, track: TargetTrack, plan: ProbePlan) => {
    const users = state.planUsers.get(plan.id) ?? []
    state.planUsers.set(plan.id, [...users, track])
    if (users.length > 0) return
    const own = plans.get(observer) ?? new Map<string, ProbePlan>()
    plans.set(observer, own.set(plan.id, plan))
  }
  for (const track of state.tracks.values()) {
    const { speech, path } = track
    if (speech.protocol === 'off') continue
    const intervalMs = annotatedInterval(path) ?? state.settings.intervalMs
    const { timeoutMs } = state.settings
    for (const { plan, target, vantage, address, port } of track.points) {
      add('host', track, { id: plan, target, vantage, address, port, speech, intervalMs, timeoutMs })
    }
    const known = knownSpeech(state, speech)
    const seldom = track.suspect ? intervalMs : Math.max(intervalMs, AGENT_MS)
    for (const { plan, target, vantage, address, port } of track.agentPoints) {
      add(vantage, track, { id: plan, target, vantage, address, port, speech: known, intervalMs: seldom, timeoutMs })
    }
  }
  return new Map([...plans].map(([observer, own]) => [observer, [...own.values()]]))
}

/** What the prober on the host has found out need not be found out again by every agent. */
function knownSpeech({ protocols }: ClusterState, speech: Speech): Speech {
  const found = speech.protocol === 'auto' ? protocols.get(speech.identity) : undefined
  return found === undefined ? speech : { ...speech, ...found }
}

/** What belongs to no port: what it hangs on, and the share of each node's agent. */
export interface Fabric {
  key: string
  shares: Map<string, FabricShare>
}

export function createFabric(): Fabric {
  return { key: '', shares: new Map() }
}

/** Agents, or what all of them look at, are not those that the shares were made for. */
export function hasFabricChanged({ inventory, fabric }: ClusterState): boolean {
  return fabricKey(inventory) !== fabric.key
}

/** @returns the observers whose share changed */
function refreshFabric(state: ClusterState): Observer[] {
  const key = fabricKey(state.inventory)
  if (key === state.fabric.key) return []
  const before = state.fabric.shares
  const shares = shareFabric(state.inventory, before)
  state.fabric = { key, shares }
  const plans = new Set([...shares.values()].flatMap(({ assignment }) => assignment.plans.map(({ id }) => id)))
  for (const plan of state.fabricSightings.keys()) if (!plans.has(plan)) state.fabricSightings.delete(plan)
  for (const plan of plans) if (!state.fabricSightings.has(plan)) state.fabricSightings.set(plan, createSighting())
  const nodes = new Set([...before.keys(), ...shares.keys()])
  return [...nodes].filter((node) => before.get(node) !== shares.get(node)).map((node): Observer => `node/${node}`)
}

/** Everything that the fabric hangs on. */
function fabricKey(inventory: Inventory): string {
  const agents = agentsOf(inventory)
  if (agents.length === 0) return ''
  const { services } = inventory
  return JSON.stringify([
    agents.map((agent) => [agent.node, agent.address, agent.echoPort, isAtItsNode(inventory, agent)]),
    ['Service/kube-system/kube-dns', 'Service/default/kubernetes'].map((name) => {
      const service = services.get(name)
      return service === undefined ? null : [service.clusterIP, service.ports]
    }),
  ])
}

function nodeOf(observer: Observer): string {
  return observer.slice('node/'.length)
}
