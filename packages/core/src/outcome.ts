import type { Protocol } from './protocol.ts'
import type { Symptom } from './symptom.ts'
import type { Vantage } from './vantage.ts'

/** The phases of a probe, in their order; each is timed on its own. */
export const PHASES = ['resolve', 'connect', 'tls', 'write', 'first_byte', 'transfer'] as const

export type Phase = (typeof PHASES)[number]

/** What one probe saw. Times are milliseconds since the epoch, durations milliseconds. */
export interface Outcome {
  target: string
  vantage: Vantage
  startedAt: number
  durationMs: number
  symptom: Symptom
  /** What was really spoken; `auto` while nothing has answered yet. */
  protocol: Protocol
  /** How long each phase took, the failed one included. */
  phases: Partial<Record<Phase, number>>
  failedIn?: Phase
  timeoutMs: number
  /** Part of a burst that a change in the cluster asked for. */
  burst: boolean
  /** The HTTP status, where one came. */
  status?: number
  /** What the socket said, for people: at most 200 characters. */
  detail?: string
  /** The first bytes of an unexpected answer: at most 200 printable characters. */
  excerpt?: string
  /** Where equal ok outcomes are told together: how many, until when the last one started, and how long each took. */
  run?: { count: number; until: number; durationsMs: number[] }
}

/** When the outcome was known. */
export function finishedAt(outcome: Outcome): number {
  return outcome.startedAt + outcome.durationMs
}
