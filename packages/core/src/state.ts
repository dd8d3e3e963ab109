import { createInventory, type Inventory } from './cluster/inventory.ts'
import { createMoveTracker, type MoveTracker } from './cluster/moves.ts'
import { createEdge, type Edge } from './edge/route-track.ts'
import { createPorts, type Ports } from './incidents/ports.ts'
import { createIntake, type Intake } from './intake.ts'
import type { Settings } from './model/settings.ts'
import { createProbing, type Probing } from './probing/probing.ts'

/** All that core knows of one cluster. Made by `createClusterState`, changed by `reduce` alone, each part by its folder. */
export interface ClusterState {
  readonly name: string
  readonly settings: Settings
  readonly intake: Intake
  readonly inventory: Inventory
  readonly moves: MoveTracker
  readonly probing: Probing
  readonly ports: Ports
  readonly edge: Edge
}

export function createClusterState(name: string, settings: Partial<Settings> = {}): ClusterState {
  return {
    name,
    settings: {
      context: `kind-${name}`,
      kubeconfig: null,
      intervalMs: 1000,
      timeoutMs: 2000,
      asksPods: false,
      ...settings,
    },
    intake: createIntake(),
    inventory: createInventory(),
    moves: createMoveTracker(),
    probing: createProbing(),
    ports: createPorts(),
    edge: createEdge(),
  }
}
