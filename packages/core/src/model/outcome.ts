import type { Protocol } from './probe-spec.ts'
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
  /** What an HTTP answer is recognised by, where the plan asks for that. */
  answer?: Answer
  /** What the socket said, for people: at most 200 characters. */
  detail?: string
  /** The first bytes of an unexpected answer: at most 200 printable characters. */
  excerpt?: string
  /** Of the protocol `echo`: what became of the datagrams. */
  echo?: EchoCount
  /** Over UDP: how the flow stands that is kept from probe to probe; absent while it was never answered. */
  kept?: 'ok' | 'silent'
  /** Where outcomes that are alike are reported together: how many, until when the last one started, and how long each took. */
  run?: { count: number; until: number; durationsMs: number[] }
}

/** Two answers of one server to different questions are alike in this where it has one page for both. */
export interface Answer {
  /** The Server header, at most 60 characters; empty for none. */
  server: string
  /** Where it redirects to, at most 300 characters; absent for nowhere, and where a query or a cookie goes with it. */
  location?: string
  /** Of the first bytes of the body. */
  body: string
  /** Of a TLS port: the certificate's subject, at most 120 characters, and whether it is for the name that was asked for. */
  certificate?: { subject: string; fits: boolean }
}

/** Numbered datagrams that a peer sends back, counted; in a run, summed up. */
export interface EchoCount {
  sent: number
  /** Not come back before the deadline. */
  lost: number
  /** Come back more than once. */
  duplicated: number
  /** Come back after a later one. */
  reordered: number
  /** Sent and lost over the socket that is kept from probe to probe: an old flow may fail where a fresh one does not. */
  keptSent: number
  keptLost: number
}

/** When the outcome was known. */
export function finishedAt(outcome: Outcome): number {
  return outcome.startedAt + outcome.durationMs
}
