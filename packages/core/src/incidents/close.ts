import type { RuleContext } from '../causes/context.ts'
import { endpointBad, takeTurns } from '../causes/endpoint-bad.ts'
import type { Assessment } from '../diagnosis/assess.ts'
import type { WatchedCluster } from '../diagnosis/build-context.ts'
import type { Effect } from '../model/effect.ts'
import type { Incident } from '../model/incident.ts'
import { pushBursts } from '../probing/assign.ts'
import { decidingPoints, type TrackedPoint } from '../probing/tracked-point.ts'
import { announceIncident } from './announce.ts'
import { CONFIRM_EVERY_MS, CONFIRM_MS, burstOf } from './burst.ts'
import { noteTransition } from './port-state.ts'
import { principalVerdict } from './standing-verdicts.ts'
import { symptomsOf } from './symptoms.ts'
import type { TargetTrack } from './target-track.ts'

/** Over when every vantage that decides answers, and answered twice; where only some connections fail, when none did lately. */
export function maybeClose(
  cluster: WatchedCluster,
  track: TargetTrack,
  assessment: Assessment,
  effects: Effect[],
): boolean {
  const { incident } = track
  const { context } = assessment
  const { at } = context
  const points = decidingPoints(track, cluster.probing).filter((point) => point.history.last !== null)
  if (incident === null || points.length === 0) return false
  const answering = points.filter((point) => point.history.answers > 0)
  if (answering.length === 0) return false
  const answers = answering.reduce((sum, one) => sum + one.history.answers, 0)
  if (answering.length < points.length || answers < 2 || failsInTurns(incident, context)) {
    if (at - track.confirmedAt >= CONFIRM_EVERY_MS) {
      track.confirmedAt = at
      pushBursts(burstOf(cluster, track, CONFIRM_MS), effects)
    }
    return false
  }
  const closed: Incident = {
    ...incident,
    ...principalVerdict(track, incident, at),
    darkUntil: Math.max(incident.darkSince, answeredAgainAt(points)),
    closedAt: at,
    symptoms: symptomsOf(cluster, track),
  }
  track.incident = null
  track.endedAt = at
  noteTransition(track, at)
  announceIncident(cluster, track, 'incident.closed', closed, at, effects)
  return true
}

/** So long after a change of the path failures of before say nothing about it. */
const FRESH_MS = 10_000

/** Some of the connections fail while nothing moves: an answer in between is no end of that. */
function failsInTurns({ cause }: Incident, context: RuleContext): boolean {
  if (context.changedAt !== null && context.at - context.changedAt < FRESH_MS) return false
  const failedLately = context.deciding.some(({ history }) => history.recent.includes(false))
  return failedLately && (cause === endpointBad.cause || takeTurns(context))
}

/** The first answer that no failure followed on any vantage; a vantage that is probed seldom does not blur it. */
function answeredAgainAt(points: TrackedPoint[]): number {
  const lastFailure = Math.max(...points.map((point) => point.history.lastFailureAt ?? 0))
  const firstAnswers = points.map((point) => point.history.firstOkAt ?? 0)
  const after = firstAnswers.filter((answer) => answer > lastFailure)
  return after.length > 0 ? Math.min(...after) : Math.max(...firstAnswers)
}
