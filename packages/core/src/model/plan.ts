import type { Speech } from './probe-spec.ts'
import type { Vantage } from './vantage.ts'

/** One probe to repeat. `id` is `TARGET@VANTAGE`. */
export interface ProbePlan {
  id: string
  target: string
  vantage: Vantage
  /** An IP address. */
  address: string
  port: number
  speech: Speech
  intervalMs: number
  timeoutMs: number
  /** Of a plan through the API server: the pod that has the address. */
  pod?: { namespace: string; name: string }
}

/** Who probes: the prober on the host, the one that asks pods through the API server, or the agent on a node. */
export type Observer = 'host' | 'api' | `node/${string}`

/** All that one observer has to do. */
export interface Assignment {
  plans: ProbePlan[]
  /** Of an agent: the addresses whose echo datagrams it answers, those of the agents that probe it. */
  peers: string[]
}

/**
 * Probes to repeat faster for a while, because something changed that touches them. `timeoutMs` is short: the probes
 * with the full deadline go on beside it.
 */
export interface Burst {
  plan: string
  everyMs: number
  timeoutMs: number
  forMs: number
}
