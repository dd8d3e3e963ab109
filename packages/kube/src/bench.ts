import type { Clock, Log, Observation, Resource } from '@portolan/core'
import type { Connection } from './connection.ts'
import type { RestartReason } from './failure.ts'
import type { Outage } from './outage.ts'

/** What the watches of one cluster share. */
export interface Bench {
  connection: Connection
  clock: Clock
  log: Log
  random: () => number
  /** Ends everything. */
  stop: AbortSignal
  outage: Outage
  compareEveryMs: number
  onObservation(observation: Observation): void
  onHeard(resource: Resource): void
  onRestart(resource: Resource, reason: RestartReason): void
  onMissed(resource: Resource, count: number): void
}
