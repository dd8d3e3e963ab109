import type { GapChange, PlacementChange, PortState, TargetState, TargetStateChange } from '../model/change.ts'
import type { Epoch } from '../model/epoch.ts'
import type { Incident } from '../model/incident.ts'
import { isRoute } from '../model/vantage.ts'
import type { Symptom } from '../model/symptom.ts'

/** What one port looked like over a stretch of time: whether it answered, and where its pods were. Times are ms. */
export interface Lane {
  cluster: string
  target: string
  reach: ReachSegment[]
  placement: PlacementSegment[]
  moves: Move[]
}

/** `gap`: Portolan itself could not see. */
export type ReachState = PortState | 'gap'

export interface ReachSegment {
  from: number
  to: number
  /** The worst of what was, where several things were too short to be distinguished. */
  state: ReachState
  symptom: Symptom | null
  /** The incident that it belongs to, the last one of several. */
  incident: string | null
  /** How many dark stretches it holds, and how long they were together. */
  episodes: number
  darkMs: number
}

export interface PlacementSegment {
  from: number
  to: number
  mappedNode: string
  podNodes: string[]
  expectedUp: boolean | null
  /** How often the placement changed within it: more than 1 where that was too fast to be distinguished. */
  epochs: number
}

export type Move = Pick<PlacementChange, 'at' | 'workload' | 'kind' | 'reason' | 'from' | 'to'> & {
  /** So many happened too close together to be distinguished; this is the last of them. */
  count: number
}

export type Gap = Pick<GapChange, 'from' | 'to' | 'reason' | 'clockSetMs'>

/** As much of an incident as a lane shows. */
export type Outage = Pick<Incident, 'id' | 'openedAt' | 'closedAt' | 'darkSince' | 'darkUntil' | 'symptoms'>

/** As much of an epoch as a lane shows. */
export type Stay = Pick<Epoch, 'startedAt' | 'endedAt' | 'mappedNode' | 'podNodes' | 'expectedUp'>

/** What is known of one port within a range, each list oldest first. */
export interface LaneHistory {
  cluster: string
  target: string
  /** What it was when the range began. */
  before: { state: TargetState; symptom: Symptom | null }
  states: Pick<TargetStateChange, 'at' | 'state' | 'previous' | 'symptom'>[]
  incidents: Outage[]
  epochs: Stay[]
  moves: Omit<Move, 'count'>[]
  gaps: Gap[]
}

/**
 * Draws the history of a port as segments without holes or overlaps, from when it was first known.
 *
 * @param range.resolutionMs what is shorter than that may be told together with its neighbours
 */
export function drawLane(history: LaneHistory, range: { from: number; to: number; resolutionMs: number }): Lane {
  const { cluster, target, epochs, moves } = history
  const { to, resolutionMs } = range
  const from = Math.max(range.from, Math.min(to, firstKnown(history) ?? to))
  return {
    cluster,
    target,
    reach: joined(coarse(reachOf(history, from, to), resolutionMs, mergeReach), sameReach, mergeReach),
    placement: coarse(placementOf(epochs, from, to), resolutionMs, mergePlacement),
    moves: thinned(moves, resolutionMs),
  }
}

/** A route has no placements of its own. */
function firstKnown({ target, epochs, states, incidents }: LaneHistory): number | undefined {
  if (!isRoute(target)) return epochs[0]?.startedAt
  const times = [...states.slice(0, 1).map(({ at }) => at), ...incidents.slice(0, 1).map(({ darkSince }) => darkSince)]
  return times.length === 0 ? undefined : Math.min(...times)
}

/** What was decided at the time, with the dark stretches at the times that the probes have measured. */
function reachOf(history: LaneHistory, from: number, to: number): ReachSegment[] {
  const { before, states, incidents, gaps } = history
  const borders = bordersOf({ states, incidents, gaps }, from, to)
  const stateAt = follow(states, ({ at }) => at)
  const incidentAt = follow(incidents, ({ darkSince }) => darkSince)
  const gapAt = follow(gaps, (gap) => gap.from)
  const out: ReachSegment[] = []
  for (let index = 0; index + 1 < borders.length; index += 1) {
    const start = borders[index] ?? from
    const end = borders[index + 1] ?? to
    if (start === end) continue
    const { state, symptom } = stateAt(start) ?? before
    const incident = incidentAt(start)
    const gap = gapAt(start)
    const isDark = incident !== null && darkEnd(incident, to) > start
    if (gap !== null && gap.to > start) out.push(plain(start, end, 'gap', null))
    // What nobody could see while it was dark stays unknown; what was dark before that was known does not.
    else if (!isDark || (state === 'unknown' && start >= incident.openedAt))
      out.push(plain(start, end, withoutIncident(state, history.target), symptom))
    else {
      const seen = symptom === null || symptom === 'ok' ? worst(incident) : symptom
      out.push({
        from: start,
        to: end,
        state: 'down',
        symptom: seen,
        incident: incident.id,
        episodes: 1,
        darkMs: end - start,
      })
    }
  }
  return out
}

/** A route behind a dark port has no incident of its own: nobody sees how it fares. */
function withoutIncident(state: TargetState, target: string): ReachState {
  if (state !== 'down' && state !== 'broken') return state
  return isRoute(target) ? 'unknown' : 'up'
}

function plain(from: number, to: number, state: ReachState, symptom: Symptom | null): ReachSegment {
  return { from, to, state, symptom, incident: null, episodes: 0, darkMs: 0 }
}

/** Whenever something may begin or end, in order; a time may be there twice. */
function bordersOf(history: Pick<LaneHistory, 'states' | 'incidents' | 'gaps'>, from: number, to: number) {
  const borders = [from, to]
  const add = (at: number) => {
    if (at > from && at < to) borders.push(at)
  }
  for (const { at } of history.states) add(at)
  for (const incident of history.incidents) {
    add(incident.darkSince)
    add(incident.openedAt)
    add(darkEnd(incident, to))
  }
  for (const gap of history.gaps) {
    add(gap.from)
    add(gap.to)
  }
  return Float64Array.from(borders).sort()
}

function darkEnd({ darkUntil, closedAt }: Outage, otherwise: number): number {
  return darkUntil ?? closedAt ?? otherwise
}

function worst({ symptoms }: Outage): Symptom | null {
  return Object.values(symptoms).find((symptom) => symptom !== 'ok') ?? null
}

/** Answers, for times that only grow, with the last of them that has begun. */
function follow<T>(ordered: readonly T[], startOf: (one: T) => number): (at: number) => T | null {
  let next = 0
  return (at) => {
    for (let one = ordered[next]; one !== undefined && startOf(one) <= at; one = ordered[next]) next += 1
    return ordered[next - 1] ?? null
  }
}

function placementOf(epochs: Stay[], from: number, to: number): PlacementSegment[] {
  const out: PlacementSegment[] = []
  for (const [index, { startedAt, endedAt, mappedNode, podNodes, expectedUp }] of epochs.entries()) {
    const start = Math.max(from, startedAt)
    const end = Math.min(to, endedAt ?? to, epochs[index + 1]?.startedAt ?? to)
    if (end > start) out.push({ from: start, to: end, mappedNode, podNodes, expectedUp, epochs: 1 })
  }
  return out
}

interface Stretch {
  from: number
  to: number
}

/** Neighbours that are shorter than the resolution become one, up to its length. Nothing longer is touched. */
function coarse<T extends Stretch>(stretches: T[], resolutionMs: number, merge: (a: T, b: T) => T): T[] {
  const out: T[] = []
  let gathering = false
  for (const one of stretches) {
    const last = out.at(-1)
    const short = one.to - one.from < resolutionMs
    if (gathering && short && last !== undefined && one.to - last.from <= resolutionMs)
      out[out.length - 1] = merge(last, one)
    else out.push(one)
    gathering = short
  }
  return out
}

function joined<T extends Stretch>(stretches: T[], same: (a: T, b: T) => boolean, merge: (a: T, b: T) => T): T[] {
  const out: T[] = []
  for (const one of stretches) {
    const last = out.at(-1)
    if (last !== undefined && last.to === one.from && same(last, one)) out[out.length - 1] = merge(last, one)
    else out.push(one)
  }
  return out
}

const WORST_FIRST: ReachState[] = ['down', 'gap', 'unknown', 'flapping', 'by_design', 'up']

function sameReach(a: ReachSegment, b: ReachSegment): boolean {
  return a.state === b.state && (a.incident === b.incident || a.episodes + b.episodes > 2)
}

function mergeReach(a: ReachSegment, b: ReachSegment): ReachSegment {
  const worst = WORST_FIRST.indexOf(b.state) <= WORST_FIRST.indexOf(a.state) ? b : a
  const sameIncident = a.incident !== null && a.incident === b.incident && a.to === b.from
  return {
    from: a.from,
    to: b.to,
    state: worst.state,
    symptom: worst.symptom,
    incident: worst.incident,
    episodes: a.episodes + b.episodes - (sameIncident ? 1 : 0),
    darkMs: a.darkMs + b.darkMs,
  }
}

function mergePlacement(a: PlacementSegment, b: PlacementSegment): PlacementSegment {
  return { ...b, from: a.from, epochs: a.epochs + b.epochs }
}

/** Marks closer together than three of the finest stretches lie on top of each other. */
function thinned(moves: LaneHistory['moves'], resolutionMs: number): Move[] {
  const out: Move[] = []
  let group = -Infinity
  for (const { at, workload, kind, reason, from, to } of moves) {
    const last = out.at(-1)
    const crowded = last !== undefined && at - group < 3 * resolutionMs
    const move = { at, workload, kind, reason, from, to, count: crowded ? last.count + 1 : 1 }
    if (crowded) out[out.length - 1] = move
    else {
      out.push(move)
      group = at
    }
  }
  return out
}
