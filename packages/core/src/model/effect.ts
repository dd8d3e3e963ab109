import type { Observation } from './fact.ts'
import type { Change } from './change.ts'
import type { Epoch } from './epoch.ts'
import type { Assignment, Burst, Observer } from './plan.ts'

/** What the programs should do about a fact. */
export type Effect =
  /** This observer is to do exactly this from now on. */
  | { kind: 'assign'; to: Observer; assignment: Assignment }
  /** Probe these faster for a while, and end any slowed interval. */
  | { kind: 'burst'; to: Observer; bursts: Burst[] }
  /** Send a `tick` at this time (the earliest asked for counts). */
  | { kind: 'wakeAt'; at: number }
  /** Tell everybody, and keep it in the timeline. */
  | { kind: 'announce'; change: Change }
  /** Keep the placement epoch (again, by its id). */
  | { kind: 'epoch'; epoch: Epoch }
  /** A fact could not be taken in: a fault of Portolan. The other effects of the fact are to be carried out all the same. */
  | { kind: 'fault'; source: string; observed: Observation['kind']; error: unknown }
