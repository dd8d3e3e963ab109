import type { Verdict } from '../diagnosis/verdict.ts'
import type { WatchedPort } from '../diagnosis/watched-port.ts'
import type { Cause } from '../model/cause.ts'
import type { PortState } from '../model/change.ts'
import type { Happening, Incident } from '../model/incident.ts'
import type { Symptom } from '../model/symptom.ts'

/** What is remembered of one mapped port between facts. Times are ms since the epoch. */
export interface TargetTrack extends WatchedPort {
  /** What the path hangs on; a difference is a change that touches the port. */
  touchKey: string
  /** Since when each rule holds; null: as long as we have watched. */
  holding: Map<Cause, number | null>
  /** What happened behind the port lately, oldest first. */
  happenings: Happening[]
  incident: Incident | null
  /** When its last incident ended; 0 when it never had one. */
  endedAt: number
  /** When its incident was last worded. */
  wordedAt: number
  /** What was said of the open incident, and for how long each verdict stood. */
  verdicts: StandingVerdict[]
  /** The latest one. */
  planned: PlannedChange | null
  /** What was heard of it too late to act upon; null when nothing. */
  late: LateOutcomes | null
  state: PortState
  since: number
  /** When it went dark or came back, for flapping. */
  transitions: number[]
  transitionCount: number
  answered: number
  attempts: number
  /** When a burst was last asked for, to confirm what one probe saw. */
  confirmedAt: number
  /** Where a probe cannot tell: what to configure. */
  note: string | null
  /** The host port that the engine chose at an earlier start of the node; null where it is the first, or asked for. */
  formerPort: number | null
  /** When Portolan began to watch this port. */
  firstSeenAt: number
  /** What was seen up to then is no outage: the cluster was being created, or nothing used the port. 0: none of it. */
  quietUntil: number
}

/** A verdict as it was last worded, since when it stands, and for how long it stood before, ms. */
export interface StandingVerdict {
  verdict: Verdict
  since: number
  stoodMs: number
}

/** What came too late to act upon: kept until the present is known again, then told as the past that it is. */
export interface LateOutcomes {
  /** Of the first late outcome. */
  from: number
  answered: boolean
  /** Ended dark stretches, by the times of the probes that began and ended them; in order, apart from each other. */
  dark: { since: number; until: number; symptoms: Record<string, Symptom> }[]
}

/** A drain or rollout of the pods behind a port. */
export interface PlannedChange {
  /** When the port's path last changed while it went on, ms since the epoch. */
  changedAt: number
  /** It goes on. */
  running: boolean
}
