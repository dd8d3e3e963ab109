import type { Change } from './change.ts'
import type { Epoch } from './epoch.ts'
import type { GapScope } from './fact.ts'
import type { Incident } from './incident.ts'
import type { Note } from './note.ts'
import type { TargetExplanation } from './view.ts'

/** A minute of one port in numbers: of the probes whose vantages decide. */
export interface Rollup {
  target: string
  /** When the minute began, ms since the epoch. */
  at: number
  attempts: number
  failed: number
  /** How long answers took, the middle one of them; null where there was none. */
  medianMs: number | null
}

/**
 * What a collector decided, as it reports it to a hub: the probes stay where they were made. A change brings its incident
 * along. `port`: how a port stands, `null` where it is no longer mapped; `ports`: all that there are, others are gone.
 */
export type Decided =
  | { kind: 'change'; change: Change }
  | { kind: 'incident'; incident: Incident }
  | { kind: 'epoch'; epoch: Epoch }
  | { kind: 'note'; note: Note }
  | { kind: 'rollup'; rollup: Rollup }
  | { kind: 'port'; target: string; explanation: TargetExplanation | null }
  | { kind: 'ports'; targets: string[] }
  /** What was dropped on the way. */
  | { kind: 'gap'; scope: GapScope; from: number; to: number; reason: string }
