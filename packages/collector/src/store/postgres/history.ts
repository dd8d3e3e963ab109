import type pg from 'pg'
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
import type { StoreReader } from '../store.ts'
import type { Database } from './database.ts'

/** Reads what lanes are drawn from: one question for all targets that are asked for, answered from an index. */
export function createHistoryReader(
  database: Database,
  onDamaged: OnDamaged,
): Pick<StoreReader, 'targets' | 'histories'> {
  return {
    async targets({ cluster, from, to }) {
      const narrowed = cluster === undefined ? '' : ' AND cluster = $3'
      const values = cluster === undefined ? [from, to] : [from, to, cluster]
      const text = `SELECT DISTINCT cluster, target FROM portolan.epochs
        WHERE ends_at >= $1 AND started_at <= $2${narrowed} ORDER BY cluster, target`
      return database.run(
        async (client) => (await client.query<{ cluster: string; target: string }>(text, values)).rows,
      )
    },

    histories: ({ targets, from, to }) =>
      database.run(async (client) => {
        const names = [targets.map(({ cluster }) => cluster), targets.map(({ target }) => target)]
        const clusters = [...new Set(names[0])]
        const gaps = await arrays<GapRow>(client, GAPS, [clusters, from, to])
        const returns = await arrays<TurnRow>(client, CLOCK_SET_BACK, [clusters])
        const of = async <T extends unknown[]>(text: string) =>
          byTarget(await arrays<[place: number, ...T]>(client, text, [...names, from, to]))
        const states = await of<StateRow>(STATES)
        const outages = await of<OutageRow>(OUTAGES)
        const epochs = await of<EpochRow>(EPOCHS)
        const moves = await of<MoveRow>(MOVES)
        const draw = createDrawer(from, gaps, returns, onDamaged)
        return targets.map((name, index) =>
          draw(name, {
            states: states(index),
            outages: outages(index),
            epochs: epochs(index),
            moves: moves(index),
          }),
        )
      }),
  }
}

/** Rows as arrays: there are a hundred thousand of them in a day of many ports. */
async function arrays<T extends unknown[]>(client: pg.ClientBase, text: string, values: unknown[]): Promise<T[]> {
  return (await client.query<T>({ text, values, rowMode: 'array' })).rows
}

/** @returns the rows of the target at a place, from 0, without that */
function byTarget<T extends unknown[]>(rows: [place: number, ...T][]): (index: number) => T[] {
  const sorted = new Map<number, T[]>()
  for (const [place, ...row] of rows) {
    const own = sorted.get(place - 1) ?? []
    sorted.set(place - 1, own)
    own.push(row)
  }
  return (index) => sorted.get(index) ?? []
}

/** For each of the targets that are given: `of.cluster`, `of.target` and `of.place`, from 1. */
const forEach = (columns: string, rest: string) =>
  `SELECT of.place, found.* FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS of (cluster, target, place)
   CROSS JOIN LATERAL (SELECT ${columns} FROM portolan.${rest}) AS found`

const OF_TARGET = 'one.cluster = of.cluster AND one.target = of.target'
const IS_STATE = `type = 'target.state'`

/** Of a target, the last ones before `from` too. */
const STATES = forEach(
  'one.id, one.at, one.drawn',
  `timeline AS one WHERE one.${IS_STATE} AND ${OF_TARGET} AND one.at <= $4 AND one.at >= coalesce(
     (SELECT before.at FROM portolan.timeline AS before
      WHERE before.${IS_STATE} AND before.cluster = of.cluster AND before.target = of.target AND before.at < $3
      ORDER BY before.at DESC LIMIT 1), $3)
   ORDER BY one.at, one.id`,
)

const OUTAGES = forEach(
  'one.id, one.opened_at, one.closed_at, one.dark_since, one.dark_until, one.symptoms',
  `incidents AS one WHERE ${OF_TARGET} AND one.ends_at >= $3 AND one.opened_at <= $4 ORDER BY one.opened_at, one.id`,
)

const EPOCHS = forEach(
  'one.id, one.started_at, one.ended_at, one.placement',
  `epochs AS one WHERE ${OF_TARGET} AND one.ends_at >= $3 AND one.started_at <= $4 ORDER BY one.started_at, one.id`,
)

const MOVES = forEach(
  'one.entry, one.at, one.drawn',
  `moves AS one WHERE ${OF_TARGET} AND one.at >= $3 AND one.at <= $4 ORDER BY one.at, one.entry`,
)

const CLOCK_SET_BACK = `SELECT id, cluster, at FROM portolan.timeline
  WHERE type = 'gap' AND set_by < 0 AND at > 0 AND cluster = ANY ($1) ORDER BY id`

/** A gap is reported when it is over. */
const GAPS = `SELECT id, cluster, body FROM portolan.timeline
  WHERE type = 'gap' AND cluster = ANY ($1) AND at >= $2 AND began <= $3 ORDER BY at, id`
