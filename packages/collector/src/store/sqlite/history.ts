import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { type Gap, isTime, type LaneHistory, type Outage, type Stay, SYMPTOMS } from '@portolan/core'
import { moveDocument, placementDocument, targetState } from '@portolan/wire'
import * as z from 'zod'
import { damagedRow, type OnDamaged } from '../damage.ts'
import { allRows } from './rows.ts'
import { DRAWN } from './schema.ts'
import type { StoredHistory, TargetName } from '../store.ts'

type Moves = LaneHistory['moves']
type States = LaneHistory['states']
type OutageRow = [
  id: string,
  openedAt: number,
  closedAt: number | null,
  darkSince: number,
  darkUntil: number | null,
  symptoms: string,
]

type StateRow = [id: number, at: number, state: string]
type TurnRow = [id: number, cluster: string, at: number]

/** Reads what lanes are drawn from out of indices that hold all of it: the rows themselves tell much more. */
export function createHistoryReader(database: DatabaseSync, onDamaged: OnDamaged) {
  const nextTarget = prepare<[cluster: string, target: string]>(database, NEXT_TARGET)
  const stateRows = prepare<StateRow>(database, STATES)
  const clockSetBack = prepare<TurnRow>(database, CLOCK_SET_BACK)
  const outageRows = prepare<OutageRow>(database, OUTAGES)
  const epochRows = prepare<[id: string, startedAt: number, endedAt: number | null, placement: string]>(
    database,
    EPOCHS,
  )
  const anyEpoch = prepare(database, ANY_EPOCH)
  const moveRows = prepare<[entry: number, at: number, move: string]>(database, MOVES)
  const gapRows = prepare<[id: number, cluster: string, body: string]>(database, GAPS)

  function targets({ from, to }: { from: number; to: number }): TargetName[] {
    const found: TargetName[] = []
    for (let [row] = nextTarget('', ''); row !== undefined; [row] = nextTarget(...row)) {
      const [cluster, target] = row
      if (anyEpoch(cluster, target, from, to).length > 0) found.push({ cluster, target })
    }
    return found
  }

  /** What the row draws, or nothing where it is damaged. */
  function drawn<T>(table: string, id: unknown, read: () => T): T[] {
    try {
      return [read()]
    } catch (error) {
      onDamaged(damagedRow(table, id, error))
      return []
    }
  }

  function gapsOf(from: number, to: number): Map<string, Gap[]> {
    const gaps = new Map<string, Gap[]>()
    for (const [id, cluster, body] of gapRows(from, to)) {
      for (const gap of drawn('timeline', id, () => GAP.parse(JSON.parse(body)))) {
        entry(gaps, cluster, (): Gap[] => []).push(gap)
      }
    }
    return gaps
  }

  function histories(query: { targets: TargetName[]; from: number; to: number }): StoredHistory[] {
    const { from, to } = query
    const gaps = gapsOf(from, to)
    const returns = clockSetBack()
    const stateOf = remembered(readState)
    const symptomsOf = remembered((text): Outage['symptoms'] => SYMPTOMS_SEEN.parse(JSON.parse(text)))
    const placementOf = remembered(readPlacement)
    const moveOf = remembered(readMove)
    return query.targets.map(({ cluster, target }) => {
      const turnedBack = returns.filter(([, of]) => of === cluster)
      const rows = withoutRepeatedTime(stateRows(cluster, target, from, to), turnedBack)
      const known = rows.flatMap(([id, at, text]) => drawn('timeline', id, () => ({ at, ...stateOf(text) })))
      const states = known.filter(({ at }) => at >= from)
      return {
        cluster,
        target,
        before: known[known.length - states.length - 1] ?? null,
        states,
        incidents: outageRows(cluster, target, from, to).flatMap(
          ([id, openedAt, closedAt, darkSince, darkUntil, text]) =>
            drawn('incidents', id, (): Outage => {
              const times = { openedAt, closedAt, darkSince, darkUntil }
              checkTimes(times)
              return { id, ...times, symptoms: symptomsOf(text) }
            }),
        ),
        epochs: epochRows(cluster, target, from, to).flatMap(([id, startedAt, endedAt, text]) =>
          drawn('epochs', id, () => {
            const times = { startedAt, endedAt }
            checkTimes(times)
            return { ...times, ...placementOf(text) }
          }),
        ),
        moves: moveRows(cluster, target, from, to).flatMap(([id, at, text]) =>
          drawn('timeline', id, () => ({ at, ...moveOf(text) })),
        ),
        gaps: gaps.get(cluster) ?? [],
      }
    })
  }

  return { targets, histories }
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

const NEXT_TARGET = `SELECT cluster, target FROM epochs WHERE (cluster, target) > (?, ?)
  ORDER BY cluster, target LIMIT 1`

/** Of a target, the last ones before `from` too. */
const STATES = `SELECT id, at, ${DRAWN.state} FROM timeline
  WHERE ${DRAWN.isState} AND cluster = ?1 AND target = ?2 AND at <= ?4 AND at >= coalesce(
    (SELECT max(at) FROM timeline WHERE ${DRAWN.isState} AND cluster = ?1 AND target = ?2 AND at < ?3), ?3)
  ORDER BY at, id`

const OUTAGES = `SELECT id, opened_at, closed_at, ${DRAWN.darkSince}, ${DRAWN.darkUntil}, ${DRAWN.symptoms} FROM incidents
  WHERE cluster = ? AND target = ? AND ${DRAWN.endOf('closed_at')} >= ? AND opened_at <= ? ORDER BY opened_at, id`

const OF_EPOCHS = `FROM epochs
  WHERE cluster = ? AND target = ? AND ${DRAWN.endOf('ended_at')} >= ? AND started_at <= ?`

const EPOCHS = `SELECT id, started_at, ended_at, ${DRAWN.placement} ${OF_EPOCHS} ORDER BY started_at, id`

const ANY_EPOCH = `SELECT 1 ${OF_EPOCHS} LIMIT 1`

const MOVES = `SELECT entry, at, drawn FROM moves
  WHERE cluster = ? AND target = ? AND at >= ? AND at <= ? ORDER BY at, entry`

const CLOCK_SET_BACK = `SELECT id, cluster, at FROM timeline
  WHERE ${DRAWN.isGap} AND at > 0 AND iif(json_valid(body), json_extract(body, '$.clockSetMs') < 0, false) ORDER BY +id`

/** A gap is told when it is over. */
const GAPS = `SELECT id, cluster, body FROM timeline
  WHERE ${DRAWN.isGap} AND at >= ? AND iif(json_valid(body), json_extract(body, '$.from') <= ?, true) ORDER BY at, id`

/** Rows as arrays: there are a hundred thousand of them in a day of many ports. */
function prepare<Row extends unknown[]>(database: DatabaseSync, query: string): (...values: SQLInputValue[]) => Row[] {
  const statement = database.prepare(query)
  statement.setReturnArrays(true)
  return (...values) => allRows(statement, ...values) as unknown as Row[]
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
