import { LATEST_MS } from './model/bounds.ts'
import { durationText } from './model/duration.ts'
import type { Effect } from './model/effect.ts'
import type { Epoch } from './model/epoch.ts'
import type { Incident } from './model/incident.ts'
import type { Outcome } from './model/outcome.ts'
import type { ProbeHistory } from './probing/probe-history.ts'
import type { ClusterState } from './state.ts'
import type { RouteTrack } from './edge/route-track.ts'
import type { TargetTrack } from './incidents/target-track.ts'

/**
 * The collector's wall clock was set: no time passed. All that lasts or may still count moves along, so that its age
 * stays what it is; what is over keeps the time that was shown then. A gap records the jump.
 *
 * The times in Kubernetes objects are another machine's and stay.
 */
export function takeClockSet(state: ClusterState, byMs: number, at: number, effects: Effect[]): void {
  shiftState(state, byMs)
  announceClockSet(state, byMs, at, effects)
  const {
    name: cluster,
    intake: { wakeAt },
  } = state
  if (wakeAt !== null) effects.push({ kind: 'wakeAt', at: wakeAt })
  for (const { epoch, incident, path } of state.ports.tracks.values()) {
    effects.push({ kind: 'epoch', epoch: { ...epoch } })
    if (incident === null) continue
    const { target } = path.mapping
    effects.push({ kind: 'announce', change: { type: 'incident.updated', at, cluster, target, incident } })
  }
}

/** An event, and a gap: forward over the time that never passed, back at the time that comes again. */
export function announceClockSet({ name: cluster }: ClusterState, byMs: number, at: number, effects: Effect[]): void {
  const reason = `the clock was set ${byMs > 0 ? 'forward' : 'back'} by ${durationText(Math.abs(byMs))}`
  const gap = { from: byMs > 0 ? at - byMs : at, to: at, reason, clockSetMs: byMs }
  effects.push(
    { kind: 'announce', change: { type: 'cluster.event', at, cluster, event: 'clock_set', node: null, text: reason } },
    { kind: 'announce', change: { type: 'gap', at, cluster, ...gap } },
  )
}

function shiftState(state: ClusterState, byMs: number): void {
  shift(state.intake, byMs, 'startedAt', 'wakeAt', 'heardAt', 'faultToldAt')
  shift(state.probing, byMs, 'reportingAt')
  shift(state.ports, byMs, 'stoppedAt', 'knownAt')
  if (state.probing.trouble !== null) shift(state.probing.trouble, byMs, 'from', 'to')
  if (state.intake.absence !== null) shift(state.intake.absence, byMs, 'from', 'until')
  for (const [target, incident] of state.ports.resumed) state.ports.resumed.set(target, shiftedIncident(incident, byMs))
  for (const agent of state.inventory.agents.values()) shift(agent, byMs, 'heardAt')
  for (const [name, at] of state.inventory.starts) state.inventory.starts.set(name, moved(at, byMs))
  for (const left of state.moves.vacancies) shift(left, byMs, 'at')
  for (const history of state.probing.fabricHistories.values()) shiftSighting(history, byMs)
  for (const track of state.ports.tracks.values()) shiftTrack(track, byMs)
  for (const { control } of state.edge.doors.values()) shiftSighting(control, byMs)
  for (const track of state.edge.tracks.values()) shiftRoute(track, byMs)
}

function shiftRoute(track: RouteTrack, byMs: number): void {
  shift(track, byMs, 'changedAt', 'wellAt', 'badSince', 'goodSince', 'since', 'confirmedAt', 'foundAt', 'quietUntil')
  if (track.lastChange !== null) shift(track.lastChange, byMs, 'at')
  shiftSighting(track.history, byMs)
  if (track.backend !== null) {
    shift(track.backend, byMs, 'changedAt')
    for (const { history } of track.backend.apiPoints) shiftSighting(history, byMs)
  }
  track.incident = track.incident === null ? null : shiftedIncident(track.incident, byMs)
}

function shiftTrack(track: TargetTrack, byMs: number): void {
  shift(
    track,
    byMs,
    'changedAt',
    'targetChangedAt',
    'unsettledAt',
    'rewordedAt',
    'policyChangedAt',
    'wordedAt',
    'since',
    'confirmedAt',
    'firstSeenAt',
    'quietUntil',
  )
  if (track.rules !== null) track.rules = shift({ ...track.rules }, byMs, 'from', 'to')
  if (track.lost !== null) shift(track.lost, byMs, 'at')
  if (track.planned !== null) shift(track.planned, byMs, 'changedAt')
  if (track.late !== null) {
    shift(track.late, byMs, 'from')
    for (const dark of track.late.dark) shift(dark, byMs, 'since', 'until')
  }
  for (const { history } of track.points) shiftSighting(history, byMs)
  for (const { history } of [...track.agentPoints, ...track.apiPoints]) shiftSighting(history, byMs)
  for (const [cause, since] of track.holding) track.holding.set(cause, since === null ? null : moved(since, byMs))
  track.happenings = shiftedAll(track.happenings, byMs)
  track.transitions = track.transitions.map((at) => moved(at, byMs))
  track.incident = track.incident === null ? null : shiftedIncident(track.incident, byMs)
  track.verdicts = track.verdicts.map(({ verdict, since, stoodMs }) => ({
    verdict: { ...verdict, evidence: shiftedAll(verdict.evidence, byMs) },
    since: moved(since, byMs),
    stoodMs,
  }))
  track.epoch = shiftedEpoch(track.epoch, byMs)
  track.epochs = track.epochs.map((epoch) => shiftedEpoch(epoch, byMs))
}

function shiftSighting(history: ProbeHistory, byMs: number): void {
  shift(history, byMs, 'lastsSince', 'firstOkAt', 'lastOkAt', 'firstFailureAt', 'lastFailureAt')
  if (history.last !== null) history.last = shiftedOutcome(history.last, byMs)
}

/** The same outcome by another clock, which is so many ms ahead. */
export function shiftedOutcome(outcome: Outcome, byMs: number): Outcome {
  const run = outcome.run === undefined ? {} : { run: { ...outcome.run, until: moved(outcome.run.until, byMs) } }
  return { ...outcome, startedAt: moved(outcome.startedAt, byMs), ...run }
}

/** The same incident by another clock, which is so many ms ahead. */
export function shiftedIncident(incident: Incident, byMs: number): Incident {
  const { trigger, later, foundDarkAt } = incident
  return {
    ...shift({ ...incident }, byMs, 'changedAt', 'openedAt', 'closedAt', 'darkSince', 'darkUntil'),
    clockSetMs: Math.max(0, (incident.clockSetMs ?? 0) + byMs),
    evidence: shiftedAll(incident.evidence, byMs),
    ...(trigger !== undefined && { trigger: shift({ ...trigger }, byMs, 'at') }),
    ...(later !== undefined && { later: shiftedAll(later, byMs) }),
    ...(foundDarkAt !== undefined && { foundDarkAt: moved(foundDarkAt, byMs) }),
  }
}

function shiftedAll<T extends { at: number }>(all: readonly T[], byMs: number): T[] {
  return all.map((one) => ({ ...one, at: moved(one.at, byMs) }))
}

function shiftedEpoch(epoch: Epoch, byMs: number): Epoch {
  return shift({ ...epoch }, byMs, 'startedAt', 'endedAt')
}

/** The keys of `T` that hold a time, or null where there is none. */
type TimesOf<T> = { [K in keyof T]-?: T[K] extends number | null ? K : never }[keyof T]

/** However often clocks are set: still a time. */
function moved(at: number, byMs: number): number {
  return Math.min(LATEST_MS, Math.max(0, at + byMs))
}

/** Moves the times in `holder` itself; one that is null or 0 never was. */
function shift<T extends object>(holder: T, byMs: number, ...keys: TimesOf<T>[]): T {
  for (const key of keys) {
    const at = holder[key] as number | null
    if (at !== null && at !== 0) holder[key] = moved(at, byMs) as T[typeof key]
  }
  return holder
}
