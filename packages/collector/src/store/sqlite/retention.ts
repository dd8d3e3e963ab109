import type { DatabaseSync } from 'node:sqlite'
import { MOST_STREAMS } from '../../ingest/streams.ts'
import { pragma } from './schema.ts'
import { MOST_NOTES, type Retention } from '../store.ts'

/** So many rows of a table go at once: a few milliseconds. */
const AT_ONCE = 2000

/** @returns removes some of what is too old or too much, and tells whether more is to go */
export function createPruner(database: DatabaseSync, retention: Retention): (now: number) => boolean {
  const remove = (table: string, condition: string) =>
    database.prepare(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${condition} ORDER BY rowid LIMIT ${AT_ONCE})`,
    )
  const oldFacts = remove('facts', 'received_at < ?')
  // Whatever says it lasts still, in a cluster that nobody has watched for as long, is over too.
  const left = 'cluster IN (SELECT cluster FROM clusters WHERE last_at < ?1)'
  const oldHistory = [
    remove('timeline', 'at < ?1'),
    remove('incidents', `closed_at < ?1 OR (closed_at IS NULL AND ${left})`),
    remove('epochs', `ended_at < ?1 OR (ended_at IS NULL AND ${left})`),
    remove('notes', 'ended_at < ?1'),
    remove('streams', 'at < ?1'),
    remove('clusters', 'last_at < ?1'),
  ]
  const olderStreams = database.prepare(OLDER_STREAMS)
  const olderNotes = remove('notes', `rowid <= (SELECT max(rowid) FROM notes) - ${MOST_NOTES}`)
  const someFacts = remove('facts', 'true')
  const someTimeline = remove('timeline', 'true')

  const bytesUsed = () =>
    (pragma(database, 'page_count') - pragma(database, 'freelist_count')) * pragma(database, 'page_size')

  return (now) => {
    const removed = [Number(oldFacts.run(now - retention.factsMs).changes)]
    for (const statement of oldHistory) removed.push(Number(statement.run(now - retention.historyMs).changes))
    olderStreams.run(MOST_STREAMS)
    olderNotes.run()
    if (bytesUsed() > retention.bytes) {
      const facts = Number(someFacts.run().changes)
      removed.push(facts > 0 ? facts : Number(someTimeline.run().changes))
    }
    // Stepping through: the pragma frees a page a step.
    database.prepare(`PRAGMA incremental_vacuum(${AT_ONCE})`).all()
    return (
      removed.some((count) => count >= AT_ONCE) || (bytesUsed() > retention.bytes && removed.some((count) => count > 0))
    )
  }
}

/** All but the latest ones of each speaker, as the memory of streams keeps them. */
const OLDER_STREAMS = `DELETE FROM streams WHERE rowid IN (
  SELECT rowid FROM (
    SELECT rowid, row_number() OVER (
      PARTITION BY cluster, iif(source LIKE 'prober/%', 'prober', source) ORDER BY at DESC, rowid DESC) AS place
    FROM streams)
  WHERE place > ?)`
