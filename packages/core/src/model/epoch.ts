/**
 * A placement epoch: a stretch of time in which the way from a host port to its endpoints did not change. Probes within
 * one epoch are not independent of each other, epochs are.
 */
export interface Epoch {
  /** `TARGET#startedAt`. */
  id: string
  cluster: string
  target: string
  startedAt: number
  /** null while it lasts. */
  endedAt: number | null
  /** The node that the port is mapped to. */
  mappedNode: string
  /** Nodes with a serving endpoint, sorted. */
  podNodes: string[]
  /** An endpoint still serves while its pod is being deleted: neither here nor there, and so no placement to count. */
  leaving?: true
  /** What the join predicts: does the port answer? null where it cannot tell. */
  expectedUp: boolean | null
  /** Outcomes of deciding vantages in this epoch, after the first second. */
  answered: number
  failed: number
}
