import type { DatabaseSync } from 'node:sqlite'
import { damagedRow, type OnDamaged } from '../damage.ts'

/** Those with indices over what their bodies say. */
const INDEXED = ['timeline', 'incidents', 'epochs']

/**
 * Does the work, and does it again where a body that is no JSON stands in its way: SQLite can neither change nor delete
 * such a row as long as an index is made from its body. It is removed then, since nothing can read it.
 */
export function withRepair<T>(database: DatabaseSync, onDamaged: OnDamaged, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!Error.isError(error) || error.message !== 'malformed JSON') throw error
  }
  removeUnreadable(database, onDamaged)
  return work()
}

function removeUnreadable(database: DatabaseSync, onDamaged: OnDamaged): void {
  const made = database
    .prepare(`SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql LIKE '%json_%'`)
    .all()
  database.exec('BEGIN IMMEDIATE')
  try {
    for (const { type, name } of made) database.exec(`DROP ${String(type)} ${String(name)}`)
    for (const table of INDEXED) {
      const removed = database.prepare(`DELETE FROM ${table} WHERE NOT json_valid(body) RETURNING id`).all()
      for (const { id } of removed) onDamaged(damagedRow(table, id, new Error('its body is not JSON')))
    }
    for (const { sql } of made) database.exec(String(sql))
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
