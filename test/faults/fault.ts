import type { Cause } from '@portolan/core'
import type { PortName } from '../kind/harness/make-cluster.ts'
import type { Bed } from './bed.ts'
import type { GroundName } from './grounds.ts'

/** What faults are made on: a cluster in which the story stands. */
export interface Ground {
  hostPort: Readonly<Record<PortName, number>>
  /** Everything as it was, and every port answers. */
  reset(): Promise<void>
}

/** While the only pod is replaced nobody answers, and both words for that are right. */
export const REPLACED: readonly Cause[] = ['rollout_gap', 'no_endpoints']

/** Something that is broken on purpose, and what is right to say about it. */
export interface Fault<On extends Ground = Bed> {
  /** What is done, as a person would say it. */
  name: string
  /** The port that the fault affects. */
  port: PortName
  /** What it is; null: an innocent shape, of which nothing is to be said. */
  cause: Cause | null
  /** What is true as well, on the way there or at the same time. */
  also?: readonly Cause[]
  /** How long a verdict may take, s, where it is not the usual: a pod has to have been there for a minute. */
  patienceS?: number
  /** It touches more than its own story: no other fault may be there at the same time. */
  alone?: true
  /** It takes a cluster that enforces NetworkPolicies. */
  enforced?: true
  /** What it is made on, where that is not the clusters of IPv4. */
  on?: readonly GroundName[]
  /** Beforehand; the port answers afterwards. */
  arrange?(bed: On): Promise<unknown>
  /** May end with the time from which on the cause is true, ms of the monotonic clock; else it is when the port goes dark. */
  act(bed: On): Promise<unknown>
  /** What `reset` of the bed does not undo. */
  undo?(bed: On): Promise<unknown>
}
