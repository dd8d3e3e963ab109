import type { Cause, Confidence } from './cause.ts'
import type { Symptom } from './symptom.ts'

/** A stretch in which a port was dark, and why. Times are ms since the epoch. */
export interface Incident {
  id: string
  cluster: string
  target: string
  cause: Cause
  confidence: Confidence
  /** Causes that cannot be distinguished from `cause` by what was seen; empty when it is the only one. */
  candidates: Cause[]
  /** One sentence. */
  summary: string
  evidence: Evidence[]
  remedies: Remedy[]
  /** The node that the port is mapped to. */
  node: string | null
  /** The symptom of each vantage that decides, when last judged. */
  symptoms: Record<string, Symptom>
  /** When the cluster changed such that the port went dark, if that is known: the first change of the outage. */
  changedAt: number | null
  /** What set it off, as far as that was seen. */
  trigger?: Happening
  /** What happened behind the port after that while it was dark, oldest first, the newest of many. */
  later?: Happening[]
  /** It had never answered when it was found dark: when watching began. */
  foundDarkAt?: number
  /** Something came to use the port while we watched, and it has never answered. */
  neverAnswered?: true
  openedAt: number
  closedAt: number | null
  /** When the first probe that failed was started. */
  darkSince: number
  /** When the first probe that was answered again was started; null while dark. */
  darkUntil: number | null
  /** Why it is over though nothing answered: the port is no longer mapped, say. */
  ended?: string
  /** A drain or rollout was going on when it opened. */
  planned: boolean
  /**
   * Routes that have no incident of their own: those behind the port, which are dark with it, or other routes that are broken
   * for the same reason. How many, and the names of at most 20.
   */
  routes?: { count: number; names: string[] }
  /** The clock was set forward by so many ms while it was open: it began as much earlier by the clock of then. */
  clockSetMs?: number
}

/** Something that happened behind a port, as a clause: `Deployment default/web moved from a to b (drain of a)`. */
export interface Happening {
  at: number
  text: string
}

export interface Evidence {
  kind: 'object' | 'probe' | 'engine' | 'event' | 'absence' | 'history' | 'rule'
  text: string
  at: number
  object?: { kind: string; namespace: string; name: string; uid: string; resourceVersion: string }
}

/** A remedy that begins so asks for nothing. */
export const NOTHING_TO_DO = 'Nothing to do: '

export interface Remedy {
  text: string
  cost?: string
  command?: string
}
