import type { ClusterEvent } from './cluster-event.ts'
import type { Incident } from './incident.ts'
import type { Symptom } from './symptom.ts'

/** Of a port. `by_design`: it does not answer here, and is not meant to. */
export type PortState = 'up' | 'down' | 'flapping' | 'unknown' | 'by_design'

/** `broken` is of a route alone: something answers, and it is not the application. */
export type TargetState = PortState | 'broken'

/** What happened to a workload's pod, told from UIDs and controllers, never from names. */
export type MoveKind = 'restarted' | 'rescheduled' | 'recreated' | 'rollout' | 'scaled'

/** What is worth telling: the lines of `watch --json`, the entries of the timeline. Times are ms since the epoch. */
export type Change = TargetStateChange | PlacementChange | IncidentChange | ClusterEventChange | GapChange

/** Why nothing is known of a time in which nobody looked. */
export const NOT_RUNNING = 'Portolan was not running'

/** Nothing was observed in between. */
export interface GapChange {
  type: 'gap'
  at: number
  cluster: string
  from: number
  to: number
  reason: string
  /** No time passed: the clock was set, forward or back (negative), by so many ms. */
  clockSetMs?: number
}

export interface TargetStateChange {
  type: 'target.state'
  at: number
  cluster: string
  target: string
  state: TargetState
  previous: TargetState
  symptom: Symptom | null
  vantages: Record<string, Symptom>
}

export interface PlacementChange {
  type: 'placement.changed'
  at: number
  cluster: string
  /** A port behind which it happened, and all of them. */
  target: string
  targets: string[]
  /** `Deployment/ns/name`. */
  workload: string
  kind: MoveKind
  /** Why, as a short phrase: `drain`, `preempted`, `evicted by a taint`, `deleted`, `rollout`. */
  reason: string
  from: string[]
  to: string[]
}

export interface ClusterEventChange extends ClusterEvent {
  type: 'cluster.event'
  at: number
  cluster: string
}

export interface IncidentChange {
  type: 'incident.opened' | 'incident.updated' | 'incident.closed'
  at: number
  cluster: string
  target: string
  incident: Incident
}
