import type { AgentPoint } from '../probing/agent-point.ts'
import type { Cause } from '../model/cause.ts'
import type { TargetState } from '../model/change.ts'
import type { Epoch } from '../model/epoch.ts'
import type { Incident } from '../model/incident.ts'
import type { LateWord } from './late.ts'
import type { Path, Route } from '../route/path.ts'
import type { PlannedChange } from './planned.ts'
import type { Speech } from '../model/probe-spec.ts'
import { createSighting, isFailing, type Sighting } from '../probing/sighting.ts'
import type { Viewpoint } from '../probing/viewpoints.ts'

/** What is remembered of one mapped port between facts. Times are ms since the epoch. */
export interface TargetTrack {
  path: Path
  /** What the path hangs on; a difference is a change that touches the port. */
  touchKey: string
  changedAt: number | null
  /** When the NetworkPolicy over it changed, and nothing else of the path. */
  policyChangedAt: number | null
  lost: { route: Route; at: number } | null
  points: TrackedPoint[]
  /** Where agents look at it from. */
  agentPoints: AgentPoint[]
  /** It is not well, or may not be: agents look closer. */
  suspect: boolean
  speech: Speech
  /** Since when each rule holds; null: as long as we have watched. */
  holding: Map<Cause, number | null>
  incident: Incident | null
  /** When its incident was last worded. */
  wordedAt: number
  /** What was said of the open incident, and for how long each verdict stood. */
  verdicts: StandingVerdict[]
  /** The latest one. */
  planned: PlannedChange | null
  /** What was heard of it too late to act upon; null when nothing. */
  late: LateWord | null
  state: TargetState
  since: number
  /** When it went dark or came back, for flapping. */
  transitions: number[]
  transitionCount: number
  answered: number
  attempts: number
  epoch: Epoch
  /** Ended ones, newest last. */
  epochs: Epoch[]
  /** When a burst was last asked for, to confirm what one probe saw. */
  confirmedAt: number
  /** Where a probe cannot tell: what to configure. */
  note: string | null
  /** The host port that the engine chose at an earlier start of the node; null where it is the first, or asked for. */
  formerPort: number | null
  /** When Portolan began to watch this port. */
  firstSeenAt: number
}

/** A verdict as it was last worded, since when it stands, and for how long it stood before, ms. */
export interface StandingVerdict {
  verdict: Pick<Incident, 'cause' | 'confidence' | 'candidates' | 'summary' | 'evidence' | 'remedies' | 'changedAt'>
  since: number
  stoodMs: number
}

export interface TrackedPoint extends Viewpoint {
  plan: string
  sighting: Sighting
}

/** Keeps what was seen where the plan and its address stay the same. */
export function trackPoints(known: readonly TrackedPoint[], points: readonly Viewpoint[]): TrackedPoint[] {
  return points.map((point) => {
    const plan = `${point.target}@${point.vantage}`
    const same = known.find((one) => one.plan === plan && one.address === point.address && one.port === point.port)
    return { ...point, plan, sighting: same?.sighting ?? createSighting() }
  })
}

/** The vantages that decide the port's state. The node's address does where one has ever answered on this engine. */
export function decidingPoints(track: TargetTrack, nodeAddressAnswers: boolean): TrackedPoint[] {
  return track.points.filter(
    (point) => point.role === 'decides' || (point.role === 'decides once it answered' && nodeAddressAnswers),
  )
}

/** The deciding vantages that do not answer, and of which that counts. */
export function failingPoints(track: TargetTrack, nodeAddressAnswers: boolean): TrackedPoint[] {
  return decidingPoints(track, nodeAddressAnswers).filter((point) => isFailing(point.sighting))
}
