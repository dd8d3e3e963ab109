import type pg from 'pg'
import type { Database } from './database.ts'

/** Of each table that grows: by which of its columns it is divided, and into stretches of which length. */
const DIVIDED = {
  facts: { by: 'received_at', each: 'day' },
  timeline: { by: 'at', each: 'month' },
  moves: { by: 'at', each: 'month' },
  rollups_minute: { by: 'at', each: 'day' },
  rollups_hour: { by: 'at', each: 'month' },
  bars: { by: 'at', each: 'day' },
} as const

const MAKING_LOCK = 0x70_61_72_74

export type DividedTable = keyof typeof DIVIDED

/** One stretch of a table, from a time, ms since the epoch, to before another one. */
interface Stretch {
  name: string
  from: number
  to: number
}

/** The stretch that a time is in: days and months of UTC. */
function stretchOf(table: DividedTable, time: number): Stretch {
  const at = new Date(time)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  const isDay = DIVIDED[table].each === 'day'
  const from = Date.UTC(year, month, isDay ? day : 1)
  const to = isDay ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1)
  const label = new Date(from).toISOString().slice(0, isDay ? 10 : 7)
  return { name: `${table}_${label.replaceAll('-', '_')}`, from, to }
}

/** Makes the stretches of tables before something is written into them. */
export interface Partitions {
  /** @param times of the rows that are to be written */
  prepare(table: DividedTable, times: readonly number[]): Promise<void>
  /** Somebody else removed some: they are looked for again. */
  forget(): void
}

export function createPartitions(database: Database): Partitions {
  const known = new Set<string>()
  return {
    async prepare(table, times) {
      const needed = new Map(times.map((time) => stretchOf(table, time)).map((one) => [one.name, one]))
      for (const { name, from, to } of needed.values()) {
        if (known.has(name)) continue
        // One transaction: of several who make it at once all but one find that it is there.
        await database.run((client) =>
          client.query(
            `SELECT pg_advisory_xact_lock(${MAKING_LOCK}); CREATE TABLE IF NOT EXISTS portolan.${name} PARTITION OF portolan.${table} FOR VALUES FROM (${from}) TO (${to})`,
          ),
        )
        known.add(name)
      }
    },
    forget: () => known.clear(),
  }
}

/** Removes the stretches that end before a time as wholes, which takes as long whatever is in them. */
export async function dropPartitions(client: pg.ClientBase, table: DividedTable, before: number): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT child.relname AS name FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
     WHERE inhparent = $1::regclass ORDER BY child.relname`,
    [`portolan.${table}`],
  )
  for (const { name } of rows) {
    const [year, month, day = 1] = name
      .slice(table.length + 1)
      .split('_')
      .map(Number)
    const { to, name: expected } = stretchOf(table, Date.UTC(year ?? 0, (month ?? 1) - 1, day))
    if (name === expected && to <= before) await client.query(`DROP TABLE IF EXISTS portolan.${name}`)
  }
}

export function dividedBy(table: DividedTable): string {
  return DIVIDED[table].by
}
