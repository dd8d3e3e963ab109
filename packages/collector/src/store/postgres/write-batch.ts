import type pg from 'pg'
import type { Batch, TimelineEntry } from '../store.ts'
import type { BatchRows } from './batch-rows.ts'
import { sqlStateOf } from './database.ts'
import type { Partitions } from './partitions.ts'
import { insertRows } from './rows.ts'

/** Source: PostgreSQL, "PostgreSQL Error Codes": a row fits no partition. */
const CHECK_VIOLATION = '23514'

/**
 * Begins a transaction that no timer of the server ends: it would also end the wait of a commit for the standby, and tell
 * that as a success.
 *
 * Source: PostgreSQL, src/backend/replication/syncrep.c, SyncRepWaitForLSN.
 */
export async function begin(client: pg.ClientBase): Promise<void> {
  await client.query('BEGIN; SET LOCAL statement_timeout = 0')
}

/** The stretch of a table that a row is of is not there. */
export function isWithoutPartition(error: unknown): boolean {
  return sqlStateOf(error) === CHECK_VIOLATION
}

/** Makes what the rows need, before the transaction that writes them. */
export async function preparePartitions(partitions: Partitions, { facts, changes }: BatchRows): Promise<void> {
  await partitions.prepare(
    'facts',
    facts.map(([, receivedAt]) => receivedAt as number),
  )
  const times = changes.map(({ change }) => change.at)
  await partitions.prepare('timeline', times)
  if (changes.some(({ change }) => change.type === 'placement.changed')) await partitions.prepare('moves', times)
}

/**
 * Writes all of a batch, within a transaction.
 *
 * @returns the changes with their numbers
 */
export async function writeBatch(client: pg.ClientBase, rows: BatchRows, batch: Batch): Promise<TimelineEntry[]> {
  const [factIds, entryIds] = [
    await nextIds(client, 'fact_id', rows.facts.length),
    await nextIds(client, 'timeline_id', rows.changes.length),
  ]
  await insertRows(
    client,
    'facts',
    ['id bigint', 'cluster text', 'received_at bigint', 'body text'],
    rows.facts.map((values, index) => [factIds[index], ...values]),
  )
  const entries = rows.changes.map(({ change }, index) => ({ id: entryIds[index] as number, change }))
  await insertRows(
    client,
    'timeline',
    TIMELINE,
    rows.changes.map(({ values }, index) => [entryIds[index], ...values]),
  )
  await insertRows(client, 'moves', MOVES, entries.flatMap(movesOf), 'ON CONFLICT DO NOTHING')
  await insertRows(client, 'incidents', INCIDENTS, rows.incidents, replacing(['cluster', 'id'], INCIDENTS))
  await insertRows(client, 'epochs', EPOCHS, rows.epochs, replacing(['cluster', 'id'], EPOCHS))
  await insertRows(client, 'clusters', VIEWS, rows.views, replacing(['cluster'], VIEWS))
  await insertRows(client, 'streams', STREAMS, rows.streams, replacing(['cluster', 'source', 'boot'], STREAMS))
  await insertRows(client, 'notes', NOTES, rows.notes, 'ON CONFLICT (id) DO NOTHING')
  for (const { key, page } of batch.pages ?? []) {
    if (page === null) await client.query('DELETE FROM portolan.pages WHERE key = $1', [key])
    else await client.query(PUT_PAGE, [key, JSON.stringify(page)])
  }
  if (batch.awake !== undefined) await client.query(STAY_AWAKE, [batch.awake.clusters, batch.awake.at])
  return entries
}

async function nextIds(client: pg.ClientBase, sequence: string, count: number): Promise<number[]> {
  if (count === 0) return []
  const text = `SELECT nextval('portolan.${sequence}') AS id FROM generate_series(1, $1)`
  const { rows } = await client.query<{ id: number }>(text, [count])
  return rows.map(({ id }) => id)
}

/** A move is stored once, and drawn at every port behind which it happened. */
function movesOf({ id, change }: TimelineEntry): unknown[][] {
  if (change.type !== 'placement.changed') return []
  const { cluster, at, workload, kind, reason, from, to } = change
  const drawn = JSON.stringify([workload, kind, reason, from, to])
  return [...new Set(change.targets)].map((target) => [cluster, target, at, id, drawn])
}

const TIMELINE = [
  'id bigint',
  'cluster text',
  'at bigint',
  'type text',
  'target text',
  'began bigint',
  'set_by float8',
  'drawn text',
  'body text',
]
const MOVES = ['cluster text', 'target text', 'at bigint', 'entry bigint', 'drawn text']
const INCIDENTS = [
  'cluster text',
  'id text',
  'target text',
  'cause text',
  'opened_at bigint',
  'closed_at bigint',
  'ends_at bigint',
  'dark_since float8',
  'dark_until float8',
  'symptoms text',
  'body text',
]
const EPOCHS = [
  'cluster text',
  'id text',
  'target text',
  'started_at bigint',
  'ended_at bigint',
  'ends_at bigint',
  'placement text',
  'body text',
]
const VIEWS = ['cluster text', 'last_at bigint', 'body text', 'settings text', 'portless text']
const STREAMS = ['cluster text', 'source text', 'boot text', 'sequence bigint', 'at bigint']
const NOTES = ['id text', 'cluster text', 'started_at bigint', 'ended_at bigint', 'body text']

/** What is there by these names is replaced. */
function replacing(keys: string[], columns: string[]): string {
  const others = columns.map((column) => column.split(' ')[0] ?? '').filter((name) => !keys.includes(name))
  const sets = others.map((name) => `${name} = excluded.${name}`)
  return `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${sets.join(', ')}`
}

const PUT_PAGE = `INSERT INTO portolan.pages (id, key, body) VALUES (nextval('portolan.page_id'), $1, $2)
  ON CONFLICT (key) DO UPDATE SET id = excluded.id, body = excluded.body`

const STAY_AWAKE = `INSERT INTO portolan.clusters (cluster, last_at) SELECT DISTINCT unnest($1::text[]), $2::bigint
  ON CONFLICT (cluster) DO UPDATE SET last_at = excluded.last_at`
