import type { Cause, Confidence } from './cause.ts'
import type { Symptom } from './symptom.ts'

/** A stretch in which a port was dark, and why. Times are ms since the epoch. */
export interface Incident {
  id: string
  cluster: string
  target: string
  cause: Cause
  confidence: Confidence
  /** Causes that cannot be told apart from `cause` by what was seen; empty when it is the only one. */
  candidates: Cause[]
  /** One sentence. */
  summary: string
  evidence: Evidence[]
  remedies: Remedy[]
  /** The node that the port is mapped to. */
  node: string | null
  /** The symptom of each vantage that decides, when last judged. */
  symptoms: Record<string, Symptom>
  /** When the cluster changed such that the port went dark, if that is known. */
  changedAt: number | null
  openedAt: number
  closedAt: number | null
  /** When the first probe that failed was started. */
  darkSince: number
  /** When the first probe that was answered again was started; null while dark. */
  darkUntil: number | null
  /** A drain or rollout was going on when it opened. */
  planned: boolean
  /** The clock was set forward by so many ms while it was open: it began as much earlier by the clock of then. */
  clockSetMs?: number
}

export interface Evidence {
  kind: 'object' | 'probe' | 'engine' | 'event' | 'absence' | 'history'
  text: string
  at: number
  object?: { kind: string; namespace: string; name: string; uid: string; resourceVersion: string }
}

export interface Remedy {
  text: string
  cost?: string
  command?: string
}
