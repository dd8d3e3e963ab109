import type { DatabaseSync } from 'node:sqlite'
import type { Change } from '@portolan/core'
import { encodeFact } from '@portolan/wire'
import { createSqliteReader } from './reader.ts'
import { withRepair } from './repair.ts'
import { createPruner } from './retention.ts'
import { asShownThen } from '../kept-incident.ts'
import { damagedRow, type OnDamaged } from '../damage.ts'
import type { Batch, Retention, Store, TimelineEntry } from '../store.ts'

/**
 * The store in SQLite. WAL with synchronous NORMAL: a commit outlives the process at once, and the machine's power
 * from the next checkpoint on; the file stays whole in either case.
 */
export function createSqliteStore(database: DatabaseSync, retention: Retention, onDamaged: OnDamaged): Store {
  const insertFact = database.prepare('INSERT INTO facts (cluster, received_at, body) VALUES (?, ?, ?)')
  const insertChange = database.prepare('INSERT INTO timeline (cluster, at, target, body) VALUES (?, ?, ?, ?)')
  const upsertIncident = database.prepare(
    `INSERT INTO incidents (cluster, id, target, opened_at, closed_at, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET opened_at = excluded.opened_at, closed_at = excluded.closed_at, body = excluded.body`,
  )
  const upsertEpoch = database.prepare(
    `INSERT INTO epochs (cluster, id, target, started_at, ended_at, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at, body = excluded.body`,
  )
  const upsertView = database.prepare(
    `INSERT INTO clusters (cluster, last_at, body, settings, portless) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET last_at = excluded.last_at, body = excluded.body, settings = excluded.settings,
       portless = excluded.portless`,
  )
  const stayAwake = database.prepare(
    `INSERT INTO clusters (cluster, last_at, body) VALUES (?, ?, '[]')
     ON CONFLICT DO UPDATE SET last_at = excluded.last_at`,
  )
  const upsertStream = database.prepare(
    `INSERT INTO streams (cluster, source, boot, sequence, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET sequence = excluded.sequence, at = excluded.at`,
  )
  const insertNote = database.prepare(
    'INSERT INTO notes (id, started_at, ended_at, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const insertPage = database.prepare('INSERT OR REPLACE INTO pages (key, body) VALUES (?, ?)')
  const deletePage = database.prepare('DELETE FROM pages WHERE key = ?')
  const upsertWriter = database.prepare('INSERT OR REPLACE INTO writer (one, body) VALUES (1, ?)')

  /** Writes one row. One that the schema does not take (a time that is none) must not keep the others out for ever. */
  function put<T>(table: string, id: unknown, write: () => T): T[] {
    try {
      return [write()]
    } catch (error) {
      if (!isOfTheRow(error)) throw error
      onDamaged(damagedRow(table, id, error))
      return []
    }
  }

  function insertAll(batch: Batch): TimelineEntry[] {
    for (const fact of batch.facts ?? []) {
      const { cluster, source, boot, sequence, receivedAt } = fact
      put('facts', `${source} ${boot} ${sequence}`, () => insertFact.run(cluster, receivedAt, encodeFact(fact)))
    }
    const entries = (batch.changes ?? []).flatMap((change) =>
      put('timeline', `${change.type} at ${change.at}`, () => {
        const body = JSON.stringify(change)
        const { lastInsertRowid } = insertChange.run(change.cluster, change.at, targetOf(change), body)
        return { id: Number(lastInsertRowid), change }
      }),
    )
    for (const incident of batch.incidents ?? []) {
      const kept = asShownThen(incident)
      const { cluster, id, target, openedAt, closedAt } = kept
      const body = JSON.stringify(kept)
      put('incidents', id, () => upsertIncident.run(cluster, id, target, openedAt, closedAt, body))
    }
    for (const epoch of batch.epochs ?? []) {
      const { cluster, id, target, startedAt, endedAt } = epoch
      put('epochs', id, () => upsertEpoch.run(cluster, id, target, startedAt, endedAt, JSON.stringify(epoch)))
    }
    for (const { cluster, lastAt, explanations, settings, portless } of batch.views ?? []) {
      const bodies = [JSON.stringify(explanations), JSON.stringify(settings), JSON.stringify(portless)] as const
      put('clusters', cluster, () => upsertView.run(cluster, lastAt, ...bodies))
    }
    for (const { cluster, source, boot, sequence, at } of batch.streams ?? []) {
      put('streams', `${source} ${boot}`, () => upsertStream.run(cluster, source, boot, sequence, Math.trunc(at)))
    }
    for (const { key, page } of batch.pages ?? []) {
      put('pages', key, () => (page === null ? deletePage.run(key) : insertPage.run(key, JSON.stringify(page))))
    }
    // Whoever wrote the note waits for the answer: nothing is left out silently.
    for (const note of batch.notes ?? []) insertNote.run(note.id, note.from, note.to, JSON.stringify(note))
    for (const cluster of batch.awake?.clusters ?? []) stayAwake.run(cluster, batch.awake?.at ?? 0)
    return entries
  }

  const prune = createPruner(database, retention)

  return {
    ...createSqliteReader(database, onDamaged),
    write: async (batch) => withRepair(database, onDamaged, () => inTransaction(database, () => insertAll(batch))),
    introduce: async (writer) => void upsertWriter.run(JSON.stringify(writer)),
    prune: async (now) => withRepair(database, onDamaged, () => prune(now)),
  }
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function targetOf(change: Change): string | null {
  return 'target' in change ? change.target : null
}

/** Source: sqlite.org/rescode.html: the primary codes CONSTRAINT and MISMATCH. A value that cannot be bound is Node's own. */
function isOfTheRow(error: unknown): boolean {
  const { errcode, code } = error as { errcode?: number; code?: string }
  return code === 'ERR_INVALID_ARG_TYPE' || code === 'ERR_OUT_OF_RANGE' || [19, 20].includes((errcode ?? 0) & 0xff)
}
