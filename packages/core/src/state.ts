import { createFabric, type Fabric } from './probing/assign.ts'
import { createRing, type Ring } from './probing/ring.ts'
import type { Incident } from './model/incident.ts'
import { createInventory, type Inventory } from './cluster/inventory.ts'
import { createMoveTracker, type MoveTracker } from './cluster/moves.ts'
import type { Observer, ProbePlan } from './model/plan.ts'
import type { Forecast } from './forecast/foresee.ts'
import type { Protocol } from './model/probe-spec.ts'
import type { Sighting } from './probing/sighting.ts'
import type { TargetTrack } from './incidents/target-track.ts'
import type { Settings } from './model/settings.ts'

/** All that core knows of one cluster. Made by `createClusterState`, changed by `reduce` alone. */
export interface ClusterState {
  name: string
  settings: Settings
  inventory: Inventory
  moves: MoveTracker
  tracks: Map<string, TargetTrack>
  /** The ports that a plan tells about: its own, or those that it is a witness for. */
  planUsers: Map<string, TargetTrack[]>
  /** Those of the host. */
  plans: ProbePlan[]
  /** What each observer has to do for ports, by its content, to tell whether it changed. */
  assigned: Map<Observer, string>
  /** What agents do beside the ports, and what they saw, by plan. */
  fabric: Fabric
  fabricSightings: Map<string, Sighting>
  /** The nodes whose agents are heard, and when who looks at what was last decided by that. */
  reporting: Ring
  reportingAt: number
  /** Protocols that were found out, by identity. */
  protocols: Map<string, { protocol: Protocol; why: string }>
  /** Some node's own address has answered once: on this engine that vantage can be trusted. */
  nodeAddressAnswers: boolean
  /** The last address of each node, for when it is stopped. */
  addresses: Map<string, string>
  /** The host ports that the engine chose, by node and container port. */
  chosenPorts: Map<string, number>
  /** What has been taken in of each source and boot: its last sequence. */
  seen: Map<string, number>
  /** The prober was not well until then, and why. */
  proberTrouble: { from: number; to: number; reason: string } | null
  /** The collector was away from then on, and these may have kept what they saw; null when that is settled. */
  absence: { from: number; awaited: string[]; until: number } | null
  /** It is known whether this is the first run here: what was before is remembered, or a prober has told of now. */
  isContinued: boolean
  /** Open when Portolan stopped; they wait for their port to appear. */
  resumed: Map<string, Incident>
  /** The objects were known well enough once: from then on a difference is a change, before it is what we found. */
  objectsKnown: boolean
  /** What `foresee` made of the inventory as it is; null when it has to look anew. */
  forecast: Forecast | null
  startedAt: number | null
  wakeAt: number | null
  /** When the last fact was received; null before the first. */
  heardAt: number | null
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
    assigned: new Map(),
    fabric: createFabric(),
    fabricSightings: new Map(),
    reporting: createRing([]),
    reportingAt: 0,
    protocols: new Map(),
    nodeAddressAnswers: false,
    addresses: new Map(),
    chosenPorts: new Map(),
    seen: new Map(),
    proberTrouble: null,
    absence: null,
    isContinued: false,
    resumed: new Map(),
    objectsKnown: false,
    forecast: null,
    startedAt: null,
    wakeAt: null,
    heardAt: null,
  }
}
