import { isBeingDeleted } from '../cluster/cluster-life.ts'
import { rolloutGap } from '../causes/rollout-gap.ts'
import type { Assessment } from '../diagnosis/assess.ts'
import type { WatchedCluster } from '../diagnosis/build-context.ts'
import type { Verdict } from '../diagnosis/verdict.ts'
import type { Effect } from '../model/effect.ts'
import { pushBursts } from '../probing/assign.ts'
import { isHurried } from '../probing/probe-history.ts'
import type { TrackedPoint } from '../probing/tracked-point.ts'
import { announceIncident } from './announce.ts'
import { CONFIRM_EVERY_MS, CONFIRM_MS, burstOf } from './burst.ts'
import { changedAtOf, diagnoseTrack, failingNow, isTooEarly } from './diagnose-track.ts'
import { beginningOf } from './happenings.ts'
import { comesFromPlanned } from './planned.ts'
import { noteTransition } from './port-state.ts'
import { noteVerdict } from './standing-verdicts.ts'
import { symptomsOf } from './symptoms.ts'
import type { TargetTrack } from './target-track.ts'

/** Opens an incident where the port is dark beyond doubt; where it is not, asks for more probes. */
export function maybeOpen(
  cluster: WatchedCluster,
  track: TargetTrack,
  assessment: Assessment,
  effects: Effect[],
): void {
  const { context } = assessment
  const { at } = context
  const failing = failingNow(cluster, track, context)
  if (failing.length === 0 || isTooEarly(cluster, track, at)) return
  if (isBeingDeleted(cluster.inventory, track.changedAt, at)) return
  const firstFailure = Math.min(...failing.map((point) => point.history.firstFailureAt ?? at))
  const darkSince = Math.max(firstFailure, track.quietUntil)
  const verdict = diagnoseTrack(track, assessment, darkSince)
  // An application that starts for the first time is no outage.
  if (verdict.cause === rolloutGap.cause && track.answered === 0) return
  if (!isConfirmed(verdict, assessment, failing)) {
    if (at - track.confirmedAt < CONFIRM_EVERY_MS) return
    track.confirmedAt = at
    pushBursts(burstOf(cluster, track, CONFIRM_MS), effects)
    return
  }
  track.incident = {
    id: `${cluster.name}-${track.path.mapping.hostPort}-${at.toString(36)}`,
    cluster: cluster.name,
    target: track.path.mapping.target,
    ...verdict,
    node: track.path.container.name,
    symptoms: symptomsOf(cluster, track),
    changedAt: changedAtOf(track, verdict.cause, darkSince),
    openedAt: at,
    closedAt: null,
    darkSince,
    ...beginningOf(track, darkSince),
    darkUntil: null,
    planned: comesFromPlanned(track, at),
  }
  track.wordedAt = at
  track.verdicts = []
  noteVerdict(track, track.incident, at)
  noteTransition(track, at)
  announceIncident(cluster, track, 'incident.opened', track.incident, at, effects)
}

/**
 * One failure is enough where the objects predict it. What nothing predicts has to fail twice, and a short deadline of
 * a burst proves nothing then: the application may just be slow. Neither does it where the objects say no more than that
 * something may fail.
 */
function isConfirmed(verdict: Verdict, assessment: Assessment, failing: TrackedPoint[]): boolean {
  const rule = assessment.predicted
  const isSure = rule?.mechanism(assessment.context) !== 'any' || failing.some(({ history }) => !isHurried(history))
  if (rule?.cause === verdict.cause && isSure) return true
  return failing.some(({ history }) => history.failures >= 2 && !isHurried(history))
}
