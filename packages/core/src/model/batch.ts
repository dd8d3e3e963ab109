import type { Decided } from './decided.ts'
import type { Observation } from './fact.ts'
import type { Assignment, Burst } from './plan.ts'

/** What goes up: to a collector what was observed, to a hub what was decided of it. */
export type Told = Observation | Decided

/**
 * Facts on their way to a collector elsewhere: the body of POST /api/v1/ingest. A batch that is sent again is the same
 * to the byte. Times are ms since the epoch by the source's clock.
 */
export interface Batch<T extends Told = Observation> {
  cluster: string
  /** `agent/NODE` or `prober/HOST`; `collector/HOST` on the way to a hub. */
  source: string
  boot: string
  facts: BatchedFact<T>[]
}

/** Sequences grow within a batch and from batch to batch of one boot; some may be missing, dropped for want of room. */
export interface BatchedFact<T extends Told = Observation> {
  sequence: number
  at: number
  observed: T
}

/** The answer: everything up to this sequence is stored. */
export interface Receipt {
  acknowledged: number
}

/** The answer to GET /api/v1/assignment?cluster=&source=&collector=&after=VERSION&wait=SECONDS, at once where there is news. */
export interface Orders {
  /** Anew at each start of the collector: it then has to be told again how things stand. */
  collector: string
  /** Grows with every assignment and every burst. */
  version: number
  assignment: Assignment
  /** Those that were asked for after the version that the asker knew, with what is left of `forMs`. */
  bursts: Burst[]
}

/** Where a source says who it is; the API server takes `Authorization` away where it proxies. */
export const TOKEN_HEADER = 'portolan-token'
/** In requests: how far the collector's clock is ahead of the source's, ms. In answers: the collector's clock, ms since the epoch. */
export const OFFSET_HEADER = 'portolan-clock-offset'
export const CLOCK_HEADER = 'portolan-clock'
/** In batches: what time it was by the source's clock when it was sent, ms since the epoch. */
export const SENT_HEADER = 'portolan-sent-at'
/** The audience of the tokens that the collector takes. */
export const AUDIENCE = 'portolan-collector'
/** The audience of those that open its page. */
export const PAGE_AUDIENCE = 'portolan-page'
/** The ConfigMap with the certificates of which the collector shows one, in its own namespace and in that of the agents. */
export const TRUST = { name: 'portolan-trust', key: 'ca.crt' } as const
