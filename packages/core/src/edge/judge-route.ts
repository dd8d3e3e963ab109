import { ingressClassMissing, routeNotAccepted } from '../causes/route-causes.ts'
import { rolloutGap } from '../causes/rollout-gap.ts'
import { knowsObjects } from '../cluster/inventory.ts'
import { buildContext } from '../diagnosis/build-context.ts'
import type { Verdict } from '../diagnosis/verdict.ts'
import type { TargetState } from '../model/change.ts'
import type { Effect } from '../model/effect.ts'
import { withoutKind } from '../model/entry.ts'
import type { Happening, Incident } from '../model/incident.ts'
import { hash } from '../model/hash.ts'
import type { Outcome } from '../model/outcome.ts'
import { isReachable } from '../model/symptom.ts'
import { createProbeHistory, seenAt } from '../probing/probe-history.ts'
import { decidingPoints } from '../probing/tracked-point.ts'
import { kubectlOf } from '../remedies/kubectl.ts'
import { isLikeControl, isOdd } from './answers.ts'
import { askRoute, burst, type EdgeCluster } from './follow-routes.ts'
import { ofClaimant } from './route-rule.ts'
import { FOLLOWS_MS, isOwnAnswer, type RouteContext } from './route-context.ts'
import { claimantOf, serviceOf } from './claim.ts'
import { classFault, isClassThere, isServedElsewhere, refusalOf } from './who-serves.ts'
import { type Door, leadingIncident, MOST_NAMED, type RouteTrack } from './route-track.ts'
import { conflictText, rivals } from './by-answers.ts'
import { classRemedies, refusalRemedies } from './by-objects.ts'
import { diagnoseRoute } from './rules.ts'

/** So long a route without a door may wait for its controller to come. */
const PATIENCE_MS = 30_000
/** Without any answer for so many of its intervals a route is unknown. */
const NO_DATA_MS = 30_000
/** Where one answer is not enough, more are asked for: so often at most. */
const CONFIRM_EVERY_MS = 5000
/** What nothing explains has to be seen so often, and for so long: the API server may say more in a moment. */
const UNPROVEN_AFTER = 3
const UNPROVEN_AFTER_MS = 2000
/** So long a verdict that is not proven waits for what a pod says. */
const POD_MS = 6000

/** Decides about one route after something new was seen or changed: its incident, then its state. */
export function judgeRoute(cluster: EdgeCluster, track: RouteTrack, at: number, effects: Effect[]): void {
  const door = track.door === null ? undefined : cluster.edge.doors.get(track.door)
  if (door === undefined) return judgeWithoutDoor(cluster, track, at, effects)
  const behind = darkDoor(cluster, track)
  if (behind !== null) {
    askRoute(cluster, track, false, effects)
    forgetAnswers(track, at)
    setState(cluster, track, track.incident === null ? 'down' : track.state, at, effects)
    track.note = behind
    return
  }
  const fresh = freshAnswer(track, at)
  askRoute(cluster, track, track.incident !== null || (fresh !== null && isOdd(track, door)), effects)
  track.note = noteOf(cluster, track, door, fresh)
  track.degraded = null
  if (fresh === null) return setState(cluster, track, track.incident === null ? 'unknown' : track.state, at, effects)
  if (isOwnTrouble(cluster, track, at) || !knowsObjects(cluster.inventory))
    return setState(cluster, track, 'unknown', at, effects)
  const context = contextOf(cluster, track, door, fresh, at)
  const found = diagnoseRoute(context)
  track.fault = found?.fault ?? null
  if (found === null) judgeWell(cluster, track, context, at, effects)
  else judgeBroken(cluster, track, found.verdict, context, at, effects)
}

/** What was seen while the port was dark, and what was under way then, is not of the route. */
function forgetAnswers(track: RouteTrack, at: number): void {
  Object.assign(track, {
    history: createProbeHistory(),
    bad: 0,
    badSince: null,
    good: 0,
    goodSince: null,
    quietUntil: at,
  })
}

/** The port does not answer: that is its own incident, which lists the routes behind it. */
function darkDoor({ ports }: EdgeCluster, { door }: RouteTrack): string | null {
  const track = door === null ? undefined : ports.tracks.get(door)
  if (track === undefined) return null
  const why = track.incident === null ? '' : ` (${track.incident.cause})`
  return track.state === 'down' || track.state === 'by_design' || track.incident !== null
    ? `the port in front of it, ${withoutKind(track.path.mapping.target)}, is dark${why}`
    : null
}

function isOwnTrouble({ probing: { trouble } }: EdgeCluster, { history }: RouteTrack, at: number): boolean {
  return (trouble !== null && at - trouble.to < 3000) || history.localErrors >= 3
}

/** What was answered lately, and no failure that its port may share. */
function freshAnswer({ history }: RouteTrack, at: number): Outcome | null {
  const seen = seenAt(history)
  return history.last === null || seen === null || at - seen > NO_DATA_MS ? null : history.last
}

function contextOf(cluster: EdgeCluster, track: RouteTrack, door: Door, answer: Outcome, at: number): RouteContext {
  const { inventory, ports } = cluster
  const [claim] = track.claims
  return {
    at,
    kubectl: kubectlOf(cluster.settings),
    inventory,
    route: track,
    door,
    answer,
    likeControl: isLikeControl(answer, door.control),
    claim,
    behind: track.backend === null ? null : buildContext(cluster, track.backend, at),
    service: serviceOf(inventory, claim),
    inside: insideOf(track),
    edgePods: ports.tracks.get(door.target)?.path.pods ?? [],
  }
}

/** What the pod said since the route is not well, and is what it is. */
function insideOf({ backend, badSince, changedAt }: RouteTrack): Outcome | null {
  const last = backend?.apiPoints[0]?.history.last ?? null
  return last === null || badSince === null || last.startedAt < Math.max(badSince, changedAt ?? 0) ? null : last
}

function judgeWell(
  cluster: EdgeCluster,
  track: RouteTrack,
  context: RouteContext,
  at: number,
  effects: Effect[],
): void {
  if (track.incident !== null || track.ledBy !== null) {
    if (track.good < 2 && !isOwnAnswer(context)) return confirm(cluster, track, at, effects)
    close(cluster, track, at, effects)
  }
  // Both may say so: nothing tells the page of one from that of the other.
  const isUnclear = context.likeControl && !isOwnAnswer(context)
  track.degraded = degradedText(track, context)
  setState(cluster, track, isUnclear ? 'unknown' : 'up', at, effects)
}

function degradedText(track: RouteTrack, context: RouteContext): string | null {
  const status = context.answer?.status ?? 0
  if (rivals(track).length > 1) return `${conflictText(track)}: one of them gets no request (route_conflict)`
  if (status < 500) return null
  const whose = isOwnAnswer(context) ? ', from the application itself' : ', from the application or from the edge proxy'
  return `answers with HTTP status ${status}${whose}`
}

function judgeBroken(
  cluster: EdgeCluster,
  track: RouteTrack,
  verdict: Verdict,
  context: RouteContext,
  at: number,
  effects: Effect[],
): void {
  if (track.incident !== null) refine(cluster, track, verdict, at, effects)
  else if (!isLed(cluster, track, verdict, at)) {
    const needed = verdict.cause === 'unproven' ? UNPROVEN_AFTER : verdict.confidence === 'proven' ? 1 : 2
    const isFresh = at - (track.badSince ?? at) < UNPROVEN_AFTER_MS
    const waits = verdict.confidence !== 'proven' && (awaitsPod(track, at) || (verdict.cause === 'unproven' && isFresh))
    const isAlone = context.answer === null || isReachable(context.answer.symptom) || doorAnsweredSince(cluster, track)
    if (track.bad < needed || !isAlone || waits) return confirm(cluster, track, at, effects)
    open(cluster, track, verdict, at, effects)
  }
  const isSilent =
    context.answer !== null && !isReachable(context.answer.symptom) && context.answer.symptom !== 'tls_error'
  setState(cluster, track, isSilent ? 'down' : 'broken', at, effects)
}

/** A pod is about to be asked. */
function awaitsPod({ asked, backend, badSince }: RouteTrack, at: number): boolean {
  const [point] = asked ? (backend?.apiPoints ?? []) : []
  return point !== undefined && (point.history.last?.startedAt ?? 0) < (badSince ?? 0) && at - (badSince ?? at) < POD_MS
}

/** Its port was answered after the route was not: else both may be dark together. */
function doorAnsweredSince({ ports, probing }: EdgeCluster, track: RouteTrack): boolean {
  const door = ports.tracks.get(track.door ?? '')
  if (door === undefined) return false
  return decidingPoints(door, probing).some(({ history }) => (history.lastOkAt ?? 0) > (track.badSince ?? 0))
}

function confirm(cluster: EdgeCluster, track: RouteTrack, at: number, effects: Effect[]): void {
  if (at - track.confirmedAt < CONFIRM_EVERY_MS) return
  track.confirmedAt = at
  burst(cluster, [track], effects)
}

/** A change so long before the route broke did not break it. */
const BEFORE_MS = 60_000

function open(cluster: EdgeCluster, track: RouteTrack, verdict: Verdict, at: number, effects: Effect[]): void {
  const leader = leaderFor(cluster, track, verdict)
  if (leader !== null) return join(cluster, track, leader, at, effects)
  track.ledBy = null
  track.saidFault = track.fault
  const darkSince = track.badSince ?? at
  const { name } = cluster
  const trigger: Happening | null =
    track.lastChange !== null && darkSince - track.lastChange.at < BEFORE_MS ? track.lastChange : null
  track.incident = {
    id: `${name}-route-${hash(track.target).toString(36)}-${at.toString(36)}`,
    cluster: name,
    target: track.target,
    ...named(track, verdict),
    node: cluster.ports.tracks.get(track.door ?? '')?.path.container.name ?? null,
    symptoms: symptomsOf(track),
    changedAt: trigger === null ? null : Math.min(trigger.at, darkSince),
    openedAt: at,
    closedAt: null,
    darkSince,
    darkUntil: null,
    ...(trigger !== null
      ? { trigger }
      : track.wellAt !== null || track.foundAt === null
        ? {}
        : { foundDarkAt: track.foundAt }),
    planned: false,
  }
  announce(cluster, track.incident, 'incident.opened', at, effects)
}

/** Its incident is that of another route, and nothing proves another cause. */
function isLed(cluster: EdgeCluster, track: RouteTrack, { cause, confidence }: Verdict, at: number): boolean {
  const incident = leadingIncident(cluster, track)
  if (incident === null) return false
  const isSame = incident.cause === cause || cluster.edge.tracks.get(track.ledBy ?? '')?.fault === track.fault
  return isSame || confidence !== 'proven' || isFollowing(track, at)
}

/** The edge proxy follows a change after a while. */
function isFollowing({ changedAt }: RouteTrack, at: number): boolean {
  return at - (changedAt ?? 0) < FOLLOWS_MS
}

/** Another route behind the same port that is broken by the very same, as when one Service is behind many routes. */
function leaderFor({ edge }: EdgeCluster, { target, door, fault }: RouteTrack, { cause }: Verdict): RouteTrack | null {
  if (fault === null) return null
  const isSame = (one: RouteTrack) => one.saidFault === fault || (hasUnnamed(one) && one.incident?.cause === cause)
  const isBroken = (one: RouteTrack) => one.incident !== null && one.door === door && isSame(one)
  return [...edge.tracks.values()].find((one) => one.target !== target && isBroken(one)) ?? null
}

/** Its incident is from before a restart, nothing was seen of it since, and it is that of more routes than it names. */
function hasUnnamed({ fault, incident }: RouteTrack): boolean {
  const { count = 0, names = [] } = incident?.routes ?? {}
  return fault === null && count > names.length
}

function join(cluster: EdgeCluster, track: RouteTrack, leader: RouteTrack, at: number, effects: Effect[]): void {
  if (leader.incident === null) return
  track.ledBy = leader.target
  const led = [...cluster.edge.tracks.values()].filter(({ ledBy }) => ledBy === leader.target)
  const names = led.slice(0, MOST_NAMED).map(({ name }) => name)
  leader.incident = { ...leader.incident, routes: { count: led.length, names } }
  announce(cluster, leader.incident, 'incident.updated', at, effects)
}

/** A sentence alone has to say which route it is about. */
function named({ name }: RouteTrack, verdict: Verdict): Verdict {
  return { ...verdict, summary: `Route ${name}: ${verdict.summary}` }
}

const STRENGTH = ['unproven', 'ambiguous', 'likely', 'proven']

/** A better cause, or the same one in other words. What is proven gives way to another that is. */
function refine(cluster: EdgeCluster, track: RouteTrack, given: Verdict, at: number, effects: Effect[]): void {
  const { incident } = track
  if (incident === null) return
  const verdict = named(track, given)
  // On its way out of another fault a route often passes a gap.
  if (verdict.cause === rolloutGap.cause && ![rolloutGap.cause, 'unproven'].includes(incident.cause)) return
  if (incident.confidence === 'proven' && verdict.cause !== incident.cause && isFollowing(track, at)) return
  const isWeaker = STRENGTH.indexOf(verdict.confidence) < STRENGTH.indexOf(incident.confidence)
  const isSame = verdict.cause === incident.cause && verdict.summary === incident.summary
  if (isWeaker || (isSame && verdict.confidence === incident.confidence)) return
  track.incident = { ...incident, ...verdict, symptoms: symptomsOf(track) }
  track.saidFault = track.fault
  announce(cluster, track.incident, 'incident.updated', at, effects)
}

function close(cluster: EdgeCluster, track: RouteTrack, at: number, effects: Effect[]): void {
  const { incident } = track
  track.ledBy = null
  if (incident === null) return
  track.incident = null
  // What was seen of it so far was that incident: only a new answer makes one of its own.
  for (const one of cluster.edge.tracks.values())
    if (one.ledBy === track.target) Object.assign(one, { ledBy: null, bad: 0 })
  const darkUntil = Math.max(incident.darkSince, track.goodSince ?? at)
  announce(
    cluster,
    { ...incident, darkUntil, closedAt: at, symptoms: symptomsOf(track) },
    'incident.closed',
    at,
    effects,
  )
}

function symptomsOf({ history: { last } }: RouteTrack): Incident['symptoms'] {
  return last === null ? {} : { [last.vantage]: last.symptom }
}

function announce(
  { name: cluster }: EdgeCluster,
  incident: Incident,
  type: 'incident.opened' | 'incident.updated' | 'incident.closed',
  at: number,
  effects: Effect[],
): void {
  effects.push({ kind: 'announce', change: { type, at, cluster, target: incident.target, incident: { ...incident } } })
}

function setState(cluster: EdgeCluster, track: RouteTrack, state: TargetState, at: number, effects: Effect[]): void {
  if (state === track.state) return
  const { target, state: previous } = track
  track.state = state
  track.since = at
  effects.push({
    kind: 'announce',
    change: {
      type: 'target.state',
      at,
      cluster: cluster.name,
      target,
      state,
      previous,
      symptom: track.history.last?.symptom ?? null,
      vantages: symptomsOf(track),
    },
  })
}

function noteOf({ inventory }: EdgeCluster, track: RouteTrack, door: Door, answer: Outcome | null): string | null {
  if (door.protocol === null) return `${door.target} has not answered in HTTP or HTTPS yet`
  if (answer === null) return null
  if (isLikeControl(answer, door.control)) {
    const why = track.why === null ? '' : `; ${track.why}`
    return `answers ${answer.status} as the edge proxy does for an unknown host; the application may answer the same${why}`
  }
  return classFault(inventory, track) !== null && track.why !== null ? track.why : null
}

/** A route that no port leads to is no fault, unless nothing runs that could serve it. */
function judgeWithoutDoor(cluster: EdgeCluster, track: RouteTrack, at: number, effects: Effect[]): void {
  track.note = track.why
  const verdict = unservedVerdict(cluster, track)
  if (verdict === null) {
    track.badSince = null
    if (track.incident !== null || track.ledBy !== null) close(cluster, track, at, effects)
    return setState(cluster, track, 'unknown', at, effects)
  }
  track.badSince ??= at
  track.fault = ofClaimant({ claim: track.claims[0] })
  if (at - track.badSince < PATIENCE_MS) return
  if (track.incident === null && leadingIncident(cluster, track) === null) open(cluster, track, verdict, at, effects)
  setState(cluster, track, 'broken', at, effects)
}

/** What says without a probe that nobody serves the route; null where somebody may. */
function unservedVerdict({ inventory, settings }: EdgeCluster, route: RouteTrack): Verdict | null {
  const [claim] = route.claims
  const context = { inventory, claim, route, kubectl: kubectlOf(settings) }
  const proven = { confidence: 'proven' as const, candidates: [], evidence: [] }
  const fault = isClassThere(inventory, route) ? classFault(inventory, route) : null
  const refusal = refusalOf(inventory, claim)
  const summary = (why: string) => `${claimantOf(claim)} is not served: ${why}.`
  if (fault !== null)
    return { ...proven, cause: ingressClassMissing.cause, summary: summary(fault), remedies: classRemedies(context) }
  if (refusal === null || !refusal.isProven || isServedElsewhere(inventory, claim)) return null
  const remedies = refusalRemedies(context, refusal)
  return { ...proven, cause: routeNotAccepted.cause, summary: summary(refusal.text), remedies }
}
