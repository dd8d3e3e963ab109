import type { Speech } from './protocol.ts'
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
