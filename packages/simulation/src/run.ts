import type { Assignment, Change, Fact, reduce, Settings } from '@portolan/core'
import type { Installation } from './installation.ts'
import type { ObservedCluster } from './observed-cluster.ts'
import type { Surroundings } from './scene.ts'
import type { Deed } from './schedule.ts'
import type { SimulatedTime } from './simulated-time.ts'

/** What a run is made of: the same of it leads to the same run, to the last fact. */
export interface Run {
  seed: number
  minutes: number
  /** What happens; what the seed says where it is left out. */
  schedule?: readonly Deed[]
  /** Where; what the seed says where it is left out. */
  surroundings?: Surroundings
}

/** A promise of Portolan that did not hold. */
export interface Breach {
  /** The name of the invariant. */
  invariant: string
  /** When it was noticed, ms of the simulation. */
  at: number
  text: string
  cluster: string | null
  /** What was reported, where that broke it. */
  change: Change | null
}

/** What invariants look at while a run goes on. */
export interface Observed {
  time: SimulatedTime
  clusters: readonly ObservedCluster[]
  installation: Installation
  /** What each observer was last assigned, by cluster and observer. */
  assigned: ReadonlyMap<string, Assignment>
  /** Every change, with the time of the simulation. */
  changes: { at: number; change: Change }[]
  settings: Partial<Settings>
  decide: typeof reduce
  seed: number
}

export interface RunResult {
  breach: Breach | null
  schedule: readonly Deed[]
  facts: ReadonlyMap<string, readonly Fact[]>
  settings: { intervalMs: number }
  /** Every change, with the time of the simulation, ms. */
  changes: readonly { at: number; change: Change }[]
  seconds: number
}
