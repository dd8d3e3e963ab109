import type { Change } from './change.ts'
import type { Epoch } from './epoch.ts'
import type { Burst, ProbePlan } from './plan.ts'

/** What the programs should do about a fact. */
export type Effect =
  /** Probe exactly these from now on. */
  | { kind: 'assign'; plans: ProbePlan[] }
  /** Probe these faster for a while, and end any slowed interval. */
  | { kind: 'burst'; bursts: Burst[] }
  /** Send a `tick` at this time (the earliest asked for counts). */
  | { kind: 'wakeAt'; at: number }
  /** Tell everybody, and keep it in the timeline. */
  | { kind: 'announce'; change: Change }
  /** Keep the placement epoch (again, by its id). */
  | { kind: 'epoch'; epoch: Epoch }
