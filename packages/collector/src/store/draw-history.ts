import { type Gap, isTime, type LaneHistory, type Outage, type Stay, SYMPTOMS } from '@portolan/core'
import { moveDocument, placementDocument, targetState } from '@portolan/wire'
import * as z from 'zod'
import type { OnDamaged } from './damage.ts'
import { createRowReader } from './read-rows.ts'
import type { StoredHistory, TargetName } from './store.ts'

type Moves = LaneHistory['moves']
type States = LaneHistory['states']

/** What a target became; those before the time that is asked for are of the last time before it alone. */
export type StateRow = [id: number, at: number, state: string]
/** The clock of a cluster was set back, to this time. */
export type TurnRow = [id: number, cluster: string, at: number]
export type GapRow = [id: number, cluster: string, body: string]
export type OutageRow = [
  id: string,
  openedAt: number,
  closedAt: number | null,
  darkSince: number,
  darkUntil: number | null,
  symptoms: string,
]
export type EpochRow = [id: string, startedAt: number, endedAt: number | null, placement: string]
export type MoveRow = [entry: number, at: number, move: string]

/** Of one target, each oldest first. */
export interface HistoryRows {
  states: StateRow[]
  outages: OutageRow[]
  epochs: EpochRow[]
  moves: MoveRow[]
}

/**
 * Makes histories of the rows that lanes are drawn from.
 *
 * @param gaps of all clusters, oldest first
 */
export function createDrawer(from: number, gaps: GapRow[], returns: TurnRow[], onDamaged: OnDamaged) {
  const { read } = createRowReader(onDamaged)
  const gapsOf = new Map<string, Gap[]>()
  for (const [id, cluster, body] of gaps)
    for (const gap of read('timeline', id, () => GAP.parse(JSON.parse(body))))
      entry(gapsOf, cluster, (): Gap[] => []).push(gap)
  const stateOf = remembered(readState)
  const symptomsOf = remembered((text): Outage['symptoms'] => SYMPTOMS_SEEN.parse(JSON.parse(text)))
  const placementOf = remembered(readPlacement)
  const moveOf = remembered(readMove)

  return ({ cluster, target }: TargetName, drawn: HistoryRows): StoredHistory => {
    const turnedBack = returns.filter(([, of]) => of === cluster)
    const rows = withoutRepeatedTime(drawn.states, turnedBack)
    const known = rows.flatMap(([id, at, text]) => read('timeline', id, () => ({ at, ...stateOf(text) })))
    const states = known.filter(({ at }) => at >= from)
    return {
      cluster,
      target,
      before: known[known.length - states.length - 1] ?? null,
      states,
      incidents: drawn.outages.flatMap(([id, openedAt, closedAt, darkSince, darkUntil, text]) =>
        read('incidents', id, (): Outage => {
          const times = { openedAt, closedAt, darkSince, darkUntil }
          checkTimes(times)
          return { id, ...times, symptoms: symptomsOf(text) }
        }),
      ),
      epochs: drawn.epochs.flatMap(([id, startedAt, endedAt, text]) =>
        read('epochs', id, () => {
          const times = { startedAt, endedAt }
          checkTimes(times)
          return { ...times, ...placementOf(text) }
        }),
      ),
      moves: drawn.moves.flatMap(([id, at, text]) => read('timeline', id, () => ({ at, ...moveOf(text) }))),
      gaps: gapsOf.get(cluster) ?? [],
    }
  }
}

/**
 * Where the clock was set back, what was noted before for later times gives way: those times come again. The last state
 * goes on from there.
 */
function withoutRepeatedTime(states: StateRow[], returns: TurnRow[]): StateRow[] {
  let kept = states
  for (const [turn, , at] of returns) {
    const before = kept.filter(([id]) => id < turn)
    const last = before.reduce<StateRow | null>((a, b) => (a === null || b[0] > a[0] ? b : a), null)
    if (last === null || !before.some((one) => one[1] > at)) continue
    kept = [...before.filter((one) => one[1] <= at), [turn, at, last[2]], ...kept.filter(([id]) => id > turn)]
    kept.sort((a, b) => a[1] - b[1] || a[0] - b[0])
  }
  return kept
}

const TIME = z.number().refine(isTime, 'expected a time')
const GAP = z.object({ from: TIME, to: TIME, reason: z.string() }).loose()
const SYMPTOMS_SEEN = z.record(z.string(), z.enum(SYMPTOMS))
const STATE = z.tuple([targetState, targetState, z.enum(SYMPTOMS).nullable()])
const MOVE = z.tuple([
  moveDocument.shape.workload,
  moveDocument.shape.kind,
  moveDocument.shape.reason,
  moveDocument.shape.from,
  moveDocument.shape.to,
])
const PLACEMENT = z.tuple([
  placementDocument.shape.mappedNode,
  placementDocument.shape.podNodes,
  placementDocument.shape.expectedUp,
])

function readState(text: string): Omit<States[number], 'at'> {
  const [state, previous, symptom] = STATE.parse(JSON.parse(text))
  return { state, previous, symptom }
}

function readMove(text: string): Omit<Moves[number], 'at'> {
  const [workload, kind, reason, from, to] = MOVE.parse(JSON.parse(text))
  return { workload, kind, reason, from, to }
}

function readPlacement(text: string): Omit<Stay, 'startedAt' | 'endedAt'> {
  const [mappedNode, podNodes, expectedUp] = PLACEMENT.parse(JSON.parse(text))
  return { mappedNode, podNodes, expectedUp }
}

/** @throws where one of them is none */
function checkTimes(times: Record<string, number | null>): void {
  for (const [name, time] of Object.entries(times)) {
    if (time !== null && !isTime(time)) throw new Error(`${name}: ${String(time)} is no time`)
  }
}

/** For texts of which the same ones come again and again. */
function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => entry(known, text, () => read(text))
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
