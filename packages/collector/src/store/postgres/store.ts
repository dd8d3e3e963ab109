import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { backoff } from '@portolan/base'
import { PortolanError } from '@portolan/core'
import type pg from 'pg'
import type { OnDamaged } from '../damage.ts'
import type { Batch, Retention, Store, TimelineEntry } from '../store.ts'
import { type BatchRows, rowsOfBatch } from './batch-rows.ts'
import type { Database } from './database.ts'
import { createPartitions } from './partitions.ts'
import { createPostgresReader } from './reader.ts'
import { createPruner } from './retention.ts'
import { begin, isWithoutPartition, preparePartitions, writeBatch } from './write-batch.ts'

const LONGEST_WAIT_MS = 2000

/** No answer to a commit came: it may have been carried out. */
class CommitUnanswered extends Error {
  override name = 'CommitUnanswered'
  readonly entries: TimelineEntry[]

  constructor(entries: TimelineEntry[], cause: unknown) {
    super('the database did not answer a commit', { cause })
    this.entries = entries
  }
}

/**
 * The store in PostgreSQL. What is answered is on the disk of its server, and of a synchronous standby where there is one.
 *
 * Each write has a name, which replaces the name of the one before it. Where the answer to a commit is lost, as when the
 * server dies, the name that is kept says whether it was carried out: nothing is written twice, and nothing that was
 * answered is lost. A second writer finds another name there, and stops.
 */
export async function createPostgresStore(
  database: Database,
  retention: Retention,
  onDamaged: OnDamaged,
): Promise<Omit<Store, 'close'>> {
  const partitions = createPartitions(database)
  const prune = createPruner(database, retention)
  let last = await takeOver(database)
  let writing: Promise<unknown> = Promise.resolve()

  async function attempt(batch: Batch, rows: BatchRows, name: string): Promise<TimelineEntry[]> {
    await preparePartitions(partitions, rows)
    return database.run(async (client) => {
      await begin(client)
      await claim(client, last, name, database.place.shown)
      const entries = await writeBatch(client, rows, batch)
      try {
        await client.query('COMMIT')
      } catch (error) {
        throw new CommitUnanswered(entries, error)
      }
      return entries
    })
  }

  async function write(batch: Batch): Promise<TimelineEntry[]> {
    const rows = rowsOfBatch(batch, onDamaged)
    const name = randomUUID()
    try {
      const entries = await attempt(batch, rows, name).catch((error: unknown) => {
        if (!isWithoutPartition(error)) throw error
        // It was removed since it was made.
        partitions.forget()
        return attempt(batch, rows, name)
      })
      last = name
      return entries
    } catch (error) {
      if (!(error instanceof CommitUnanswered)) throw error
      if (!(await wasCommitted(database, name))) throw error.cause
      last = name
      return error.entries
    }
  }

  return {
    ...createPostgresReader(database, onDamaged),
    /** One after the other, whoever asks. */
    write(batch) {
      const written = writing.then(() => write(batch))
      writing = written.catch(() => {})
      return written
    },
    introduce: (writer) =>
      database.run(async (client) => {
        await client.query('UPDATE portolan.writer SET body = $1', [JSON.stringify(writer)])
      }),
    prune,
  }
}

/** @returns the name of the write that is replaced next: from now on an earlier writer finds that it is not the last one */
async function takeOver(database: Database): Promise<string> {
  const name = randomUUID()
  await database.run((client) => client.query('UPDATE portolan.writer SET last_write = $1', [name]))
  return name
}

async function claim(client: pg.ClientBase, last: string, name: string, shown: string): Promise<void> {
  const text = 'UPDATE portolan.writer SET last_write = $2 WHERE last_write = $1'
  const { rowCount } = await client.query(text, [last, name])
  if (rowCount === 1) return
  throw new PortolanError(
    'store_unusable',
    `another Portolan writes to ${shown} since`,
    'let one collector alone write to a database, or use a hub for many',
  )
}

/**
 * Whether the write of this name was carried out. The row is locked until its transaction is over, however it ends; where no
 * server can be asked, this waits until one can.
 *
 * @throws when the database is closed meanwhile
 */
async function wasCommitted(database: Database, name: string): Promise<boolean> {
  for (let attempts = 0; ; attempts += 1) {
    try {
      return await database.run(async (client) => {
        const text = 'SELECT last_write = $1 AS is_last FROM portolan.writer FOR UPDATE'
        const { rows } = await client.query<{ is_last: boolean }>(text, [name])
        return rows[0]?.is_last === true
      })
    } catch (error) {
      if (database.isClosed()) throw error
    }
    await setTimeout(backoff(attempts, LONGEST_WAIT_MS, Math.random), undefined, { ref: false })
  }
}
