import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { OnDamaged } from '../damage.ts'
import {
  createDrawer,
  type EpochRow,
  type GapRow,
  type MoveRow,
  type OutageRow,
  type StateRow,
  type TurnRow,
} from '../draw-history.ts'
import type { StoredHistory, StoreReader, TargetName } from '../store.ts'
import { allRows } from './rows.ts'
import { DRAWN } from './schema.ts'

/** Reads what lanes are drawn from out of indices that hold all of it: the rows themselves tell much more. */
export function createHistoryReader(database: DatabaseSync, onDamaged: OnDamaged) {
  const nextTarget = prepare<[cluster: string, target: string]>(database, NEXT_TARGET)
  const stateRows = prepare<StateRow>(database, STATES)
  const clockSetBack = prepare<TurnRow>(database, CLOCK_SET_BACK)
  const outageRows = prepare<OutageRow>(database, OUTAGES)
  const epochRows = prepare<EpochRow>(database, EPOCHS)
  const anyEpoch = prepare(database, ANY_EPOCH)
  const moveRows = prepare<MoveRow>(database, MOVES)
  const gapRows = prepare<GapRow>(database, GAPS)

  function targets({ cluster: only, from, to }: Parameters<StoreReader['targets']>[0]): TargetName[] {
    const found: TargetName[] = []
    for (let [row] = nextTarget(only ?? '', ''); row !== undefined; [row] = nextTarget(...row)) {
      const [cluster, target] = row
      if (only !== undefined && cluster !== only) break
      if (anyEpoch(cluster, target, from, to).length > 0) found.push({ cluster, target })
    }
    return found
  }

  function histories({ targets: names, from, to }: Parameters<StoreReader['histories']>[0]): StoredHistory[] {
    const draw = createDrawer(from, gapRows(from, to), clockSetBack(), onDamaged)
    return names.map((name) => {
      const asked = [name.cluster, name.target, from, to] as const
      return draw(name, {
        states: stateRows(...asked),
        outages: outageRows(...asked),
        epochs: epochRows(...asked),
        moves: moveRows(...asked),
      })
    })
  }

  return { targets, histories }
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

/** A gap is reported when it is over. */
const GAPS = `SELECT id, cluster, body FROM timeline
  WHERE ${DRAWN.isGap} AND at >= ? AND iif(json_valid(body), json_extract(body, '$.from') <= ?, true) ORDER BY at, id`

/** Rows as arrays: there are a hundred thousand of them in a day of many ports. */
function prepare<Row extends unknown[]>(database: DatabaseSync, query: string): (...values: SQLInputValue[]) => Row[] {
  const statement = database.prepare(query)
  statement.setReturnArrays(true)
  return (...values) => allRows(statement, ...values) as unknown as Row[]
}
