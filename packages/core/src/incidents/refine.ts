import { rolloutGap } from '../causes/rollout-gap.ts'
import { isSettling, type RuleContext } from '../causes/context.ts'
import type { Assessment } from '../diagnosis/assess.ts'
import type { WatchedCluster } from '../diagnosis/build-context.ts'
import type { Verdict } from '../diagnosis/verdict.ts'
import type { Effect } from '../model/effect.ts'
import type { Incident } from '../model/incident.ts'
import { seenAt } from '../probing/probe-history.ts'
import { decidingPoints, failingPoints, type TrackedPoint } from '../probing/tracked-point.ts'
import { announceIncident } from './announce.ts'
import { changedAtOf, diagnoseTrack, failingNow, isTooEarly } from './diagnose-track.ts'
import { noteVerdict } from './standing-verdicts.ts'
import { symptomsOf } from './symptoms.ts'
import type { TargetTrack } from './target-track.ts'

/** Vantages of one port come back within this time of each other. */
const COMING_BACK_MS = 500
/** How far back of the first failure that is known one that took its time may have begun. */
const SLOW_FAILURE_MS = 5000

/** A failure that was still under way when the incident opened may have begun earlier: it is dark since then. */
export function amendDarkSince(cluster: WatchedCluster, track: TargetTrack, incident: Incident): void {
  for (const { history } of failingPoints(track, cluster.probing)) {
    const first = history.firstFailureAt ?? incident.darkSince
    const isSlow = first < incident.darkSince && first > incident.darkSince - SLOW_FAILURE_MS
    if (isSlow && first > track.quietUntil) incident.darkSince = first
  }
}

/**
 * A better cause for the same darkness, or more evidence: agents look closer once a port is dark. What was said stays
 * while the port is expected back, and a single odd symptom does not overthrow what is proven as long as the objects
 * still say it.
 */
export function refine(cluster: WatchedCluster, track: TargetTrack, assessment: Assessment, effects: Effect[]): void {
  const { incident } = track
  if (incident === null) return
  const { context } = assessment
  const { at } = context
  const failing = failingNow(cluster, track, context)
  if (failing.length === 0 || isComingBack(cluster, track, failing) || isTooEarly(cluster, track, at)) return
  const verdict = diagnoseTrack(track, assessment, incident.darkSince)
  if (isOnlyTransit(verdict, assessment) && !['unproven', verdict.cause].includes(incident.cause)) return
  if (verdict.cause === 'unproven' && incident.cause !== 'unproven' && context.blind !== null) return
  if (verdict.cause === 'unproven' && incident.confidence === 'proven' && track.holding.has(incident.cause)) return
  const isSame = verdict.cause === incident.cause && verdict.summary === incident.summary
  if (isSame && !isStronger(verdict, incident) && !isNews(cluster, track, verdict, context)) return
  track.wordedAt = at
  const sameCause = verdict.cause === incident.cause
  track.incident = {
    ...incident,
    ...verdict,
    confidence: sameCause && !isStronger(verdict, incident) ? incident.confidence : verdict.confidence,
    symptoms: symptomsOf(cluster, track),
    changedAt: incident.changedAt ?? changedAtOf(track, verdict.cause, incident.darkSince),
  }
  noteVerdict(track, track.incident, at)
  announceIncident(cluster, track, 'incident.updated', track.incident, at, effects)
}

/** The evidence is worded anew at most so often: once in a tenth of the outage so far, within these bounds. */
const WORD_EVERY_MS = { least: 1000, most: 30_000 }

/**
 * While the cause stays, other candidates may come or go with what is seen next; and with agents, whoever asks the pods,
 * or whoever reads the node's rules, the evidence grows and changes.
 */
function isNews(
  { probing: { reporting } }: WatchedCluster,
  { incident, wordedAt, apiPoints, rules }: TargetTrack,
  verdict: Verdict,
  { at, localEndpoints }: RuleContext,
): boolean {
  if (incident === null) return false
  const { least, most } = WORD_EVERY_MS
  if (at - wordedAt < Math.min(most, Math.max(least, (at - incident.openedAt) / 10))) return false
  if (verdict.candidates.join() !== incident.candidates.join()) return true
  const isLookedInto = reporting.names.length > 0 || apiPoints.length > 0 || localEndpoints !== null
  if (!isLookedInto && rules === null) return false
  const told = new Set(incident.evidence.map(({ text }) => text))
  return verdict.evidence.some(({ kind, text }) => (isLookedInto || kind === 'rule') && !told.has(text))
}

/** Some vantages answer already, and the others were not asked since: what they last saw is over. */
function isComingBack(cluster: WatchedCluster, track: TargetTrack, failing: TrackedPoint[]): boolean {
  const answers = decidingPoints(track, cluster.probing).flatMap((point) => point.history.firstOkAt ?? [])
  if (answers.length === 0) return false
  const back = Math.min(...answers)
  return failing.every((point) => (seenAt(point.history) ?? 0) < back + COMING_BACK_MS)
}

/** The objects say that the port will answer in a moment. */
function isOnlyTransit(verdict: Verdict, assessment: Assessment): boolean {
  return (
    verdict.cause === rolloutGap.cause &&
    assessment.predicted === null &&
    isSettling(assessment.context) &&
    !assessment.context.path.pods.some(({ deletedAt }) => deletedAt > 0)
  )
}

const STRENGTH = ['unproven', 'ambiguous', 'likely', 'proven']

function isStronger(verdict: Verdict, incident: Incident): boolean {
  return STRENGTH.indexOf(verdict.confidence) > STRENGTH.indexOf(incident.confidence)
}
