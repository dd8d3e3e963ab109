import type pg from 'pg'
import { MOST_STREAMS } from '../../ingest/streams.ts'
import { MOST_NOTES, type Retention } from '../store.ts'
import type { Database } from './database.ts'
import { dividedBy, type DividedTable, dropPartitions } from './partitions.ts'
import { NEVER } from './schema.ts'

/** So many rows of a table go at once. */
const AT_ONCE = 2000
/** What a row takes beside its body. */
const ROW_BYTES = 100

/** What lasts still in a cluster that nobody has watched since that time is over too. */
const LEFT = `ends_at = ${NEVER} AND cluster IN (SELECT cluster FROM portolan.clusters WHERE last_at < $1)`

/** Rows, of which some go that end before `$1`. */
const OLD = [
  remove('incidents', 'cluster, id', 'ends_at < $1', 'ends_at'),
  remove('incidents', 'cluster, id', LEFT, 'ends_at'),
  remove('epochs', 'cluster, id', 'ends_at < $1', 'ends_at'),
  remove('epochs', 'cluster, id', LEFT, 'ends_at'),
  remove('notes', 'id', 'ended_at < $1', 'ended_at'),
  remove('streams', 'cluster, source, boot', 'at < $1', 'at'),
  remove('clusters', 'cluster', 'last_at < $1', 'last_at'),
]

/** All but the newest of each sender of a hub, in front of whose clusters its name is: the notes of one take no room of another's. */
const OLDER_NOTES = `DELETE FROM portolan.notes WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY nullif(split_part(cluster, '/', 1), cluster) ORDER BY number DESC) AS place
    FROM portolan.notes) AS placed
  WHERE place > ${MOST_NOTES})`

/** All but the latest ones of each speaker, as the memory of streams keeps them. */
const OLDER_STREAMS = `DELETE FROM portolan.streams WHERE (cluster, source, boot) IN (
  SELECT cluster, source, boot FROM (
    SELECT cluster, source, boot, row_number() OVER (
      PARTITION BY cluster, CASE WHEN source LIKE 'prober/%' THEN 'prober' ELSE source END ORDER BY at DESC) AS place
    FROM portolan.streams) AS placed
  WHERE place > ${MOST_STREAMS})`

/** @returns removes some of what is too old or too much, and says whether more is to go */
export function createPruner(database: Database, retention: Retention): (now: number) => Promise<boolean> {
  return (now) =>
    database.run(async (client) => {
      const facts = now - retention.factsMs
      const history = now - retention.historyMs
      const removed = [
        await removeOlder(client, 'facts', facts),
        await removeOlder(client, 'timeline', history),
        await removeOlder(client, 'moves', history),
      ]
      for (const text of OLD) removed.push((await client.query(text, [history])).rowCount ?? 0)
      await client.query(OLDER_NOTES)
      await client.query(OLDER_STREAMS)
      const excess = await excessOf(client, retention.bytes)
      if (excess > 0) removed.push(await removeOldest(client, excess))
      return removed.some((count) => count >= AT_ONCE) || (excess > 0 && removed.some((count) => count > 0))
    })
}

/** Whole stretches first; what is left of them in the one that the time is in. */
async function removeOlder(client: pg.ClientBase, table: DividedTable, before: number): Promise<number> {
  await dropPartitions(client, table, before)
  const by = dividedBy(table)
  const key = table === 'moves' ? 'cluster, target, at, entry' : `${by}, id`
  const { rowCount } = await client.query(remove(table, key, `${by} < $1`, by), [before])
  return rowCount ?? 0
}

/** Facts go first. */
async function removeOldest(client: pg.ClientBase, bytes: number): Promise<number> {
  for (const table of ['facts', 'timeline'] as const) {
    const count = Math.min(AT_ONCE, Math.ceil(bytes / (await bytesOfRow(client, table))))
    const by = dividedBy(table)
    const { rowCount } = await client.query(
      `DELETE FROM portolan.${table} WHERE (${by}, id) IN (
         SELECT ${by}, id FROM portolan.${table} ORDER BY id LIMIT ${count})`,
    )
    if ((rowCount ?? 0) > 0) return rowCount ?? 0
  }
  return 0
}

async function excessOf(client: pg.ClientBase, allowed: number): Promise<number> {
  if (allowed === Number.POSITIVE_INFINITY) return 0
  return (await bytesOf(client, 'facts')) + (await bytesOf(client, 'timeline')) - allowed
}

/** About as much as the rows of the table take: numbers are given one after the other, and the oldest rows go first. */
async function bytesOf(client: pg.ClientBase, table: 'facts' | 'timeline'): Promise<number> {
  const text = `SELECT (SELECT id FROM portolan.${table} ORDER BY id DESC LIMIT 1)
    - (SELECT id FROM portolan.${table} ORDER BY id LIMIT 1) + 1 AS count`
  const { rows } = await client.query<{ count: number | null }>(text)
  const count = rows[0]?.count ?? 0
  return count === 0 ? 0 : count * (await bytesOfRow(client, table))
}

/** On the average of the newest rows. */
async function bytesOfRow(client: pg.ClientBase, table: 'facts' | 'timeline'): Promise<number> {
  const text = `SELECT avg(octet_length(body))::float8 AS bytes
    FROM (SELECT body FROM portolan.${table} ORDER BY id DESC LIMIT 500) AS newest`
  const { rows } = await client.query<{ bytes: number | null }>(text)
  return (rows[0]?.bytes ?? 0) + ROW_BYTES
}

function remove(table: string, key: string, condition: string, order: string): string {
  return `DELETE FROM portolan.${table} WHERE (${key}) IN (
    SELECT ${key} FROM portolan.${table} WHERE ${condition} ORDER BY ${order} LIMIT ${AT_ONCE})`
}
