import type { Cause } from '../model/cause.ts'
import type { TargetState } from '../model/change.ts'
import { diagnose, predictDark, type Verdict } from '../diagnosis/diagnose.ts'
import { isChurning, isSettling, type Situation } from '../causes/situation.ts'
import { kubectl, resourceName } from '../remedies/remedies.ts'
import type { Effect } from '../model/effect.ts'
import { pushBursts } from '../probing/assign.ts'
import { burstOf, holdRules, suspect } from './follow.ts'
import type { Incident } from '../model/incident.ts'
import { knowsObjects, staleBecause } from '../cluster/inventory.ts'
import { comesFromPlanned, followPlanned } from './planned.ts'
import { isHurried, seenAt } from '../probing/sighting.ts'
import { situate } from '../diagnosis/situate.ts'
import type { ClusterState } from '../state.ts'
import { isReachable, type Symptom } from '../model/symptom.ts'
import {
  decidingPoints,
  failingPoints,
  type StandingVerdict,
  type TargetTrack,
  type TrackedPoint,
} from './target-track.ts'

/** Objects may take so long to come at the start before a verdict is given without them. */
const PATIENCE_MS = 10_000
/** Without any outcome for so long a port is unknown. */
const NO_DATA_MS = 15_000
/** Going dark or coming back so often within the window is flapping. */
const FLAPS = 6
const FLAP_WINDOW_MS = 10 * 60_000
/** So many failures among the last ten, with answers between them, are flapping as well. */
const UNSTEADY = 3
const CONFIRM_EVERY_MS = 5000
const CONFIRM_MS = 2000
/** Vantages of one port come back within this time of each other. */
const COMING_BACK_MS = 500

/** Decides about one port after something new was seen or changed: its incident, then its state. */
export function judge(state: ClusterState, track: TargetTrack, at: number, effects: Effect[]): void {
  if (track.speech.protocol === 'off') return
  holdRules(state, track, at, at)
  const situation = situate(state, track, at)
  followPlanned(track, situation)
  track.note = situation.proberTrouble === null ? waitsInSilence(state, track, situation) : null
  // While what was kept elsewhere still comes in, the present is not known.
  if (situation.proberTrouble === null && track.note === null && track.late === null) {
    if (track.incident !== null) amendDarkSince(state, track, track.incident)
    if (track.incident === null) maybeOpen(state, track, situation, effects)
    else if (!maybeClose(state, track, situation, effects)) refine(state, track, situation, effects)
  }
  tellState(state, track, situation, effects)
  suspect(state, track, track.incident !== null || situation.darkSince !== null, effects)
}

/** An answer while all is well changes nothing but counts: the common case, kept cheap. */
export function needsJudging(state: ClusterState, track: TargetTrack, point: TrackedPoint): boolean {
  return (
    track.incident !== null ||
    track.state !== 'up' ||
    state.proberTrouble !== null ||
    point.sighting.localErrors > 0 ||
    point.sighting.recent.includes(false)
  )
}

function maybeOpen(state: ClusterState, track: TargetTrack, situation: Situation, effects: Effect[]): void {
  const failing = failingPoints(track, state.nodeAddressAnswers).filter((point) => isNews(point, situation))
  if (failing.length === 0 || isTooEarly(state, track, situation.at)) return
  const darkSince = Math.min(...failing.map((point) => point.sighting.firstFailureAt ?? situation.at))
  const verdict = diagnoseTrack(track, situation, darkSince)
  if (!isConfirmed(verdict, situation, failing)) {
    if (situation.at - track.confirmedAt < CONFIRM_EVERY_MS) return
    track.confirmedAt = situation.at
    pushBursts(burstOf(state, track, CONFIRM_MS), effects)
    return
  }
  const { at } = situation
  track.incident = {
    id: `${state.name}-${track.path.mapping.hostPort}-${at.toString(36)}`,
    cluster: state.name,
    target: track.path.mapping.target,
    ...verdict,
    node: track.path.container.name,
    symptoms: symptomsOf(state, track),
    changedAt: changedAtOf(track, verdict.cause),
    openedAt: at,
    closedAt: null,
    darkSince,
    darkUntil: null,
    planned: comesFromPlanned(track, at),
  }
  track.wordedAt = at
  track.verdicts = []
  noteVerdict(track, track.incident, at)
  noteTransition(track, at)
  announce(state, track, 'incident.opened', track.incident, at, effects)
}

/**
 * When the cluster changed such that the port went dark. While pods are replaced they change again and again: then the
 * last change counts.
 */
function changedAtOf(track: TargetTrack, cause: Cause): number | null {
  return cause === 'rollout_gap' ? track.changedAt : (track.holding.get(cause) ?? null)
}

/** A failure from before the last change of the path says nothing about the path as it is now. */
function isNews(point: TrackedPoint, { changedAt }: Situation): boolean {
  const at = seenAt(point.sighting)
  return at !== null && (changedAt === null || at >= changedAt)
}

/**
 * One failure is enough where the objects predict it. What nothing predicts has to fail twice, and a short deadline of
 * a burst proves nothing then: the application may just be slow. Neither does it where the objects say no more than that
 * something may fail.
 */
function isConfirmed(verdict: Verdict, situation: Situation, failing: TrackedPoint[]): boolean {
  const rule = predictDark(situation)
  const isSure = rule?.mechanism(situation) !== 'any' || failing.some(({ sighting }) => !isHurried(sighting))
  if (rule?.cause === verdict.cause && isSure) return true
  return failing.some(({ sighting }) => sighting.failures >= 2 && !isHurried(sighting))
}

function isTooEarly(state: ClusterState, track: TargetTrack, at: number): boolean {
  return (
    !knowsObjects(state.inventory) && staleBecause(state.inventory) === null && at - track.firstSeenAt < PATIENCE_MS
  )
}

/** How far back of the first failure that is known one that took its time may have begun. */
const SLOW_FAILURE_MS = 5000

/** A failure that was still under way when the incident opened may have begun earlier: it is dark since then. */
function amendDarkSince(state: ClusterState, track: TargetTrack, incident: Incident): void {
  for (const { sighting } of failingPoints(track, state.nodeAddressAnswers)) {
    const first = sighting.firstFailureAt ?? incident.darkSince
    if (first < incident.darkSince && first > incident.darkSince - SLOW_FAILURE_MS) incident.darkSince = first
  }
}

/** Over when every vantage that decides answers, and answered twice. */
function maybeClose(state: ClusterState, track: TargetTrack, situation: Situation, effects: Effect[]): boolean {
  const incident = track.incident
  const points = decidingPoints(track, state.nodeAddressAnswers).filter((point) => point.sighting.last !== null)
  if (incident === null || points.length === 0) return false
  const answering = points.filter((point) => point.sighting.answers > 0)
  if (answering.length === 0) return false
  if (answering.length < points.length || answering.reduce((sum, one) => sum + one.sighting.answers, 0) < 2) {
    if (situation.at - track.confirmedAt >= CONFIRM_EVERY_MS) {
      track.confirmedAt = situation.at
      pushBursts(burstOf(state, track, CONFIRM_MS), effects)
    }
    return false
  }
  const closed: Incident = {
    ...incident,
    ...principalVerdict(track, incident, situation.at),
    darkUntil: Math.max(incident.darkSince, answeredAgainAt(points)),
    closedAt: situation.at,
    symptoms: symptomsOf(state, track),
  }
  track.incident = null
  noteTransition(track, situation.at)
  announce(state, track, 'incident.closed', closed, situation.at, effects)
  return true
}

/** Keeps how long each cause stood, with its latest words. */
function noteVerdict(track: TargetTrack, incident: Incident, at: number): void {
  const { cause, confidence, candidates, summary, evidence, remedies, changedAt } = incident
  const verdict = { cause, confidence, candidates, summary, evidence, remedies, changedAt }
  const standing = track.verdicts.at(-1)
  if (standing !== undefined && standing.verdict.cause === cause) {
    standing.verdict = verdict
    return
  }
  if (standing !== undefined) standing.stoodMs += at - standing.since
  const earlier = track.verdicts.find((one) => one.verdict.cause === cause)
  if (earlier === undefined) {
    track.verdicts.push({ verdict, since: at, stoodMs: 0 })
  } else {
    track.verdicts = [...track.verdicts.filter((one) => one !== earlier), { ...earlier, verdict, since: at }]
  }
}

/** An outage is remembered by the cause that stood longest: the way out of it often passes another for a moment. */
function principalVerdict(track: TargetTrack, incident: Incident, at: number): StandingVerdict['verdict'] {
  const stood = track.verdicts.map((one, index) => ({
    verdict: one.verdict,
    ms: one.stoodMs + (index === track.verdicts.length - 1 ? at - one.since : 0),
  }))
  return stood.reduce((a, b) => (b.ms > a.ms ? b : a), { verdict: incident as StandingVerdict['verdict'], ms: -1 })
    .verdict
}

/** The first answer that no failure followed on any vantage; a vantage that is probed seldom does not blur it. */
function answeredAgainAt(points: TrackedPoint[]): number {
  const lastFailure = Math.max(...points.map((point) => point.sighting.lastFailureAt ?? 0))
  const firstAnswers = points.map((point) => point.sighting.firstOkAt ?? 0)
  const after = firstAnswers.filter((answer) => answer > lastFailure)
  return after.length > 0 ? Math.min(...after) : Math.max(...firstAnswers)
}

/**
 * A better cause for the same darkness, or more evidence: agents look closer once a port is dark. What was said stays
 * while the port is expected back, and a single odd symptom does not overthrow what is proven as long as the objects
 * still say it.
 */
function refine(state: ClusterState, track: TargetTrack, situation: Situation, effects: Effect[]): void {
  const { incident } = track
  if (incident === null) return
  const failing = failingPoints(track, state.nodeAddressAnswers).filter((point) => isNews(point, situation))
  if (failing.length === 0 || isComingBack(state, track, failing) || isTooEarly(state, track, situation.at)) return
  const verdict = diagnoseTrack(track, situation, incident.darkSince)
  if (isOnlyTransit(verdict, situation) && incident.cause !== 'unproven') return
  if (verdict.cause === 'unproven' && incident.cause !== 'unproven' && situation.blind !== null) return
  if (verdict.cause === 'unproven' && incident.confidence === 'proven' && track.holding.has(incident.cause)) return
  const isSame = verdict.cause === incident.cause && verdict.summary === incident.summary
  if (isSame && !isStronger(verdict, incident) && !agentsSayOther(state, track, verdict, situation)) return
  track.wordedAt = situation.at
  const sameCause = verdict.cause === incident.cause
  track.incident = {
    ...incident,
    ...verdict,
    confidence: sameCause && !isStronger(verdict, incident) ? incident.confidence : verdict.confidence,
    symptoms: symptomsOf(state, track),
    changedAt: sameCause ? incident.changedAt : changedAtOf(track, verdict.cause),
  }
  noteVerdict(track, track.incident, situation.at)
  announce(state, track, 'incident.updated', track.incident, situation.at, effects)
}

/** The evidence is worded anew at most so often: once in a tenth of the outage so far, within these bounds. */
const WORD_EVERY_MS = { least: 1000, most: 30_000 }

/** With agents the evidence grows and changes while the cause stays: what they see is told as it is now. */
function agentsSayOther(
  { reporting }: ClusterState,
  { incident, wordedAt }: TargetTrack,
  { evidence }: Verdict,
  { at }: Situation,
): boolean {
  if (incident === null || reporting.names.length === 0) return false
  const { least, most } = WORD_EVERY_MS
  if (at - wordedAt < Math.min(most, Math.max(least, (at - incident.openedAt) / 10))) return false
  const told = new Set(incident.evidence.map(({ text }) => text))
  return evidence.some(({ text }) => !told.has(text))
}

/** Some vantages answer already, and the others were not asked since: what they last saw is over. */
function isComingBack(state: ClusterState, track: TargetTrack, failing: TrackedPoint[]): boolean {
  const answers = decidingPoints(track, state.nodeAddressAnswers).flatMap((point) => point.sighting.firstOkAt ?? [])
  if (answers.length === 0) return false
  const back = Math.min(...answers)
  return failing.every((point) => (seenAt(point.sighting) ?? 0) < back + COMING_BACK_MS)
}

/** The objects say that the port will answer in a moment. */
function isOnlyTransit(verdict: Verdict, situation: Situation): boolean {
  return (
    verdict.cause === 'rollout_gap' &&
    predictDark(situation) === null &&
    isSettling(situation) &&
    !isChurning(situation)
  )
}

const STRENGTH = ['unproven', 'ambiguous', 'likely', 'proven']

function isStronger(verdict: Verdict, incident: Incident): boolean {
  return STRENGTH.indexOf(verdict.confidence) > STRENGTH.indexOf(incident.confidence)
}

function diagnoseTrack(track: TargetTrack, situation: Situation, darkSince: number): Verdict {
  return diagnose(situation, {
    since: (cause) => track.holding.get(cause),
    darkSince,
    previous: track.incident?.cause ?? null,
  })
}

/**
 * A service may wait for its client to speak first in a protocol that we do not know: it accepts and stays silent. As
 * long as nothing ever answered and nothing predicts silence, that is no outage.
 */
function waitsInSilence(state: ClusterState, track: TargetTrack, situation: Situation): string | null {
  if (track.speech.protocol !== 'auto' || state.protocols.has(track.speech.identity)) return null
  const rule = predictDark(situation)
  if (rule !== null) return null
  const failing = failingPoints(track, state.nodeAddressAnswers)
  const silent = failing.filter((point) => point.sighting.last?.symptom === 'silent')
  if (silent.length === 0 || silent.length < failing.length || failing.some((one) => one.sighting.lastOkAt !== null))
    return null
  const service = track.path.route.kind === 'nodePort' ? track.path.route.service : null
  const how =
    service === null
      ? 'expose it by a Service with the annotation portolan.dev/probe'
      : kubectl(situation, service.namespace, 'annotate', resourceName(service), ...ANNOTATIONS)
  return `It accepts connections and says nothing to what Portolan tried (HTTP, TLS, PostgreSQL, MySQL, Redis). Say what it speaks: ${how}`
}

const ANNOTATIONS = ['portolan.dev/probe=tcp', 'portolan.dev/hello=TEXT']

function tellState(state: ClusterState, track: TargetTrack, situation: Situation, effects: Effect[]): void {
  const next = stateOf(state, track, situation)
  if (next === track.state) return
  const previous = track.state
  track.state = next
  track.since = situation.at
  const vantages = symptomsOf(state, track)
  const { name: cluster } = state
  const { target } = track.path.mapping
  const symptom = worstSymptom(track, state)
  effects.push({
    kind: 'announce',
    change: { type: 'target.state', at: situation.at, cluster, target, state: next, previous, symptom, vantages },
  })
}

function stateOf(state: ClusterState, track: TargetTrack, situation: Situation): TargetState {
  if (situation.proberTrouble !== null || track.note !== null) return 'unknown'
  if (track.incident !== null) return 'down'
  const points = decidingPoints(track, state.nodeAddressAnswers)
  const newest = Math.max(0, ...points.map((point) => seenAt(point.sighting) ?? 0))
  const patience = Math.max(NO_DATA_MS, 5 * (state.plans.find((plan) => plan.id === points[0]?.plan)?.intervalMs ?? 0))
  if (newest === 0 || situation.at - newest > patience) return 'unknown'
  if (isFlapping(track, situation.at)) return 'flapping'
  return points.some((point) => (point.sighting.last === null ? false : isReachable(point.sighting.last.symptom)))
    ? 'up'
    : track.state
}

/** By how often it went dark or came back, or by failures between answers that never lasted. */
export function isFlapping(track: TargetTrack, at: number): boolean {
  if (track.transitions.filter((one) => at - one < FLAP_WINDOW_MS).length >= FLAPS) return true
  return track.points.some((point) => {
    if (point.role === 'note' || point.role === 'witness' || !point.sighting.recent.at(-1)) return false
    return (
      point.sighting.recent.filter((answered) => !answered).length >= UNSTEADY && changes(point.sighting.recent) >= 4
    )
  })
}

function changes(recent: readonly boolean[]): number {
  return recent.filter((answered, index) => index > 0 && answered !== recent[index - 1]).length
}

function noteTransition(track: TargetTrack, at: number): void {
  track.transitionCount += 1
  track.transitions = [...track.transitions.filter((one) => at - one < FLAP_WINDOW_MS), at]
}

export function symptomsOf(state: ClusterState, track: TargetTrack): Record<string, Symptom> {
  const symptoms: Record<string, Symptom> = {}
  for (const { vantage, sighting } of decidingPoints(track, state.nodeAddressAnswers)) {
    if (sighting.last !== null) symptoms[vantage] = sighting.last.symptom
  }
  return symptoms
}

/** The first failing vantage's, in the order loopback, LAN, node; else what all see. */
export function worstSymptom(track: TargetTrack, state: ClusterState): Symptom | null {
  const points = decidingPoints(track, state.nodeAddressAnswers)
  const failing = failingPoints(track, state.nodeAddressAnswers)[0]
  return (failing ?? points.find((point) => point.sighting.last !== null))?.sighting.last?.symptom ?? null
}

function announce(
  state: ClusterState,
  track: TargetTrack,
  type: 'incident.opened' | 'incident.updated' | 'incident.closed',
  incident: Incident,
  at: number,
  effects: Effect[],
): void {
  effects.push({
    kind: 'announce',
    change: { type, at, cluster: state.name, target: track.path.mapping.target, incident: { ...incident } },
  })
}
