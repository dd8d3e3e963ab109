import type { Protocol } from '@portolan/core'
import type { Seen } from './exchange.ts'

export interface Attempt {
  timeoutMs: number
  burst: boolean
}

/** The result of one probe; `report` is null when it says nothing about the port. */
export interface Findings {
  seen: Seen
  report: { seen: Seen; protocol: Protocol } | null
}

/** How one plan is probed. */
export interface PlanProber {
  /** Reports once; never throws for what the network does. The function that it returns aborts: nothing is reported then. */
  probe(attempt: Attempt, done: (findings: Findings) => void): () => void
  /** Lets go of what is kept from probe to probe. */
  close(): void
}
