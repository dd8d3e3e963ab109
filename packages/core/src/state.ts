import type { Incident } from './incident.ts'
import { createInventory, type Inventory } from './inventory.ts'
import { createMoveTracker, type MoveTracker } from './moves.ts'
import type { ProbePlan } from './plan.ts'
import type { Forecast } from './preflight/foresee.ts'
import type { Protocol } from './protocol.ts'
import type { TargetTrack } from './target-track.ts'

/** All that core knows of one cluster. Made by `createClusterState`, changed by `reduce` alone. */
export interface ClusterState {
  name: string
  settings: Settings
  inventory: Inventory
  moves: MoveTracker
  tracks: Map<string, TargetTrack>
  /** The ports that a plan tells about: its own, or those that it is a witness for. */
  planUsers: Map<string, TargetTrack[]>
  plans: ProbePlan[]
  /** Plans that were in force before, by their content, to tell whether they changed. */
  plansKey: string
  /** Protocols that were found out, by identity. */
  protocols: Map<string, { protocol: Protocol; why: string }>
  /** Some node's own address has answered once: on this engine that vantage can be trusted. */
  nodeAddressAnswers: boolean
  /** The last address of each node, for when it is stopped. */
  addresses: Map<string, string>
  /** What has been taken in of each source. */
  seen: Map<string, { boot: string; sequence: number }>
  /** The prober was not well until then, and why. */
  proberTrouble: { from: number; to: number; reason: string } | null
  /** Open when Portolan stopped; they wait for their port to appear. */
  resumed: Map<string, Incident>
  /** The objects were known well enough once: from then on a difference is a change, before it is what we found. */
  objectsKnown: boolean
  /** What `foresee` made of the inventory as it is; null when it has to look anew. */
  forecast: Forecast | null
  startedAt: number | null
  wakeAt: number | null
}

export interface Settings {
  /** The kubectl context that printed commands carry. */
  context: string
  /** The kubeconfig that printed commands name; null: kubectl finds it by itself. */
  kubeconfig: string | null
  /** How often each vantage is probed, ms. */
  intervalMs: number
  /** How long a probe waits for its answer, ms. */
  timeoutMs: number
}

export function createClusterState(name: string, settings: Partial<Settings> = {}): ClusterState {
  return {
    name,
    settings: { context: `kind-${name}`, kubeconfig: null, intervalMs: 1000, timeoutMs: 2000, ...settings },
    inventory: createInventory(),
    moves: createMoveTracker(),
    tracks: new Map(),
    planUsers: new Map(),
    plans: [],
    plansKey: '',
    protocols: new Map(),
    nodeAddressAnswers: false,
    addresses: new Map(),
    seen: new Map(),
    proberTrouble: null,
    resumed: new Map(),
    objectsKnown: false,
    forecast: null,
    startedAt: null,
    wakeAt: null,
  }
}
