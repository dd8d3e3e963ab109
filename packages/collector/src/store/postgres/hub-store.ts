import type { Batch, Decided, Note } from '@portolan/core'
import type pg from 'pg'
import type { OnDamaged } from '../damage.ts'
import type { Retention, StoreReader } from '../store.ts'
import type { Database } from './database.ts'
import { MINUTES_KEPT_MS, prepareFor, writeDecided } from './hub-batch.ts'
import { createPartitions, dropPartitions } from './partitions.ts'
import { createPostgresReader } from './reader.ts'
import { createPruner } from './retention.ts'
import { begin, isWithoutPartition } from './write-batch.ts'

/** What a hub keeps, beside what a reader of any store asks. Any number of processes write at the same time. */
export interface HubStore extends Omit<StoreReader, 'close'> {
  /** The same for all replicas of one database. */
  readonly id: string
  /**
   * Takes in what is new of a batch: what was taken in before, by whichever replica, changes nothing.
   *
   * @returns how many facts were new, once they are safe
   * @throws {TooManyClusters} where its sender has sent of too many others
   */
  take(batch: Batch<Decided>, labels: Labels, now: number): Promise<number>
  /** The collector of the cluster is there. @throws {TooManyClusters} as `take` does */
  heard(cluster: string, labels: Labels, now: number): Promise<void>
  /** Keeps what a person says. */
  addNote(note: Note): Promise<void>
  /** Removes what is too old, unless another replica does. @returns whether more is to go */
  maintain(now: number): Promise<boolean>
}

export type Labels = Record<string, string>

/** A sender has so many clusters, `SENDER/CLUSTER`, at a hub. */
export const MOST_CLUSTERS = 1000

export class TooManyClusters extends Error {}

/** New entries of the timeline are announced here, by the number of the last one alone. */
export const CHANNEL = 'portolan_timeline'
/** Who adds to the timeline: entries become visible in the order of their numbers, so that who reads on misses none. */
const TIMELINE_LOCK = 0x74_69_6d_65
const MAINTENANCE_LOCK = 0x6d_61_69_6e

const DAY = 24 * 3_600_000
const HISTORY: Retention = { factsMs: 0, historyMs: 395 * DAY, bytes: Number.POSITIVE_INFINITY }

/** How long ago something may have happened that is taken in. */
export const HUB_HISTORY_MS = HISTORY.historyMs

export async function createHubStore(database: Database, onDamaged: OnDamaged): Promise<HubStore> {
  const partitions = createPartitions(database)
  const prune = createPruner(database, HISTORY)
  const id = await database.run(async (client) => {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM portolan.hub')
    return rows[0]?.id ?? ''
  })

  async function attempt(batch: Batch<Decided>, labels: Labels, now: number): Promise<number> {
    const { cluster, facts } = batch
    await prepareFor(partitions, facts, now)
    return database.run(async (client) => {
      await begin(client)
      await hear(client, cluster, labels, now)
      let last = await lockStream(client, batch, now)
      const news = facts.filter(({ sequence }) => sequence > last && (last = sequence) > 0)
      if (news.length > 0) {
        const lock = async () => void (await client.query('SELECT pg_advisory_xact_lock($1)', [TIMELINE_LOCK]))
        const entry = await writeDecided(client, { cluster, facts: news, now }, lock, onDamaged)
        await client.query(READ_ON, [cluster, batch.source, batch.boot, news.at(-1)?.sequence, now])
        if (entry !== null) await client.query('SELECT pg_notify($1, $2)', [CHANNEL, String(entry)])
      }
      await client.query('COMMIT')
      return news.length
    })
  }

  return {
    ...createPostgresReader(database, onDamaged),
    id,
    async take(batch, labels, now) {
      try {
        return await attempt(batch, labels, now)
      } catch (error) {
        if (!isWithoutPartition(error)) throw error
        partitions.forget()
        return attempt(batch, labels, now)
      }
    },
    heard: (cluster, labels, now) => database.run((client) => hear(client, cluster, labels, now)),
    addNote: (note) =>
      database.run(async (client) => {
        await client.query(ADD_NOTE, [note.id, note.cluster, note.from, note.to, JSON.stringify(note)])
      }),
    maintain: (now) =>
      database.run(async (client) => {
        const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [
          MAINTENANCE_LOCK,
        ])
        if (rows[0]?.got !== true) return false
        try {
          await dropPartitions(client, 'rollups_minute', now - MINUTES_KEPT_MS)
          await dropPartitions(client, 'bars', now - MINUTES_KEPT_MS)
          await dropPartitions(client, 'rollups_hour', now - HISTORY.historyMs)
          return await prune(now)
        } finally {
          await client.query('SELECT pg_advisory_unlock($1)', [MAINTENANCE_LOCK])
        }
      }),
  }
}

/** @returns how far the stream was taken in; nobody else takes in any of it until the transaction is over */
async function lockStream(client: pg.ClientBase, batch: Batch<Decided>, now: number): Promise<number> {
  const key = [batch.cluster, batch.source, batch.boot]
  await client.query(NEW_STREAM, [...key, now])
  const { rows } = await client.query<{ sequence: number }>(LOCK_STREAM, key)
  return rows[0]?.sequence ?? 0
}

async function hear(client: pg.ClientBase, cluster: string, labels: Labels, now: number): Promise<void> {
  const ofSender = cluster.slice(0, cluster.indexOf('/'))
  const { rowCount } = await client.query(HEARD, [cluster, now, JSON.stringify(labels), ofSender])
  if (rowCount === 0) throw new TooManyClusters(`${MOST_CLUSTERS} clusters are known of this sender already`)
}

/** `0` comes after `/`: between them are all clusters of the sender. */
const HEARD = `INSERT INTO portolan.clusters (cluster, last_at, labels) SELECT $1, $2, $3
  WHERE EXISTS (SELECT FROM portolan.clusters WHERE cluster = $1)
    OR (SELECT count(*) FROM portolan.clusters WHERE cluster >= $4 || '/' AND cluster < $4 || '0') < ${MOST_CLUSTERS}
  ON CONFLICT (cluster) DO UPDATE SET last_at = greatest(clusters.last_at, excluded.last_at), labels = excluded.labels`
const NEW_STREAM = `INSERT INTO portolan.streams (cluster, source, boot, sequence, at) VALUES ($1, $2, $3, 0, $4)
  ON CONFLICT DO NOTHING`
const ADD_NOTE = `INSERT INTO portolan.notes (id, cluster, started_at, ended_at, body) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (id) DO NOTHING`
const OF_STREAM = 'WHERE cluster = $1 AND source = $2 AND boot = $3'
const LOCK_STREAM = `SELECT sequence FROM portolan.streams ${OF_STREAM} FOR UPDATE`
const READ_ON = `UPDATE portolan.streams SET sequence = $4, at = $5 ${OF_STREAM}`
