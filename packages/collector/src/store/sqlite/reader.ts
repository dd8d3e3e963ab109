import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { OnDamaged } from '../damage.ts'
import { createReader, type Source } from '../reader.ts'
import type { StoreReader } from '../store.ts'
import { createHistoryReader } from './history.ts'
import { allRows, boundedRows } from './rows.ts'
import { DRAWN } from './schema.ts'

/**
 * Answers queries from an open database of this schema.
 *
 * @param mostBytes how long the bodies that one query reads may be together; it throws TooMuch beyond
 */
export function createSqliteReader(
  database: DatabaseSync,
  onDamaged: OnDamaged,
  mostBytes = Number.POSITIVE_INFINITY,
): StoreReader {
  const source: Source = {
    select({ columns, from, where, always = 'true', order, limit }) {
      const used = where.filter((condition): condition is [string, SQLInputValue] => condition[1] !== undefined)
      const conditions = [always, ...used.map(([sql]) => sql)].join(' AND ')
      const query = `SELECT ${columns} FROM ${from} WHERE ${conditions} ORDER BY ${order}`
      const values = used.map(([, value]) => value)
      if (limit === undefined) return allRows(database.prepare(query), ...values)
      return boundedRows(database.prepare(`${query} LIMIT ?`), mostBytes, ...values, limit)
    },
    ofTargets: (targets, where) => ({
      from: 'timeline',
      where: [...where, [OF_TARGETS, targets === undefined ? undefined : JSON.stringify(targets)]],
    }),
    words: {
      isEvent: DRAWN.isEvent,
      lasts: (column) => `(${column} IS NULL OR ${column} >= ?)`,
      isOfCluster: "iif(json_valid(body), coalesce(json_extract(body, '$.cluster') = ?, true), true)",
    },
  }
  const { targets, histories } = createHistoryReader(database, onDamaged)
  return {
    ...createReader(source, onDamaged),
    targets: async (query) => targets(query),
    histories: async (query) => histories(query),
    close: () => database.close(),
  }
}

/** A placement change tells of several targets, a gap of all. */
const OF_TARGETS = `(target IS NULL OR EXISTS (
  SELECT 1 FROM json_each(?) AS wanted
  WHERE wanted.value = target OR wanted.value IN (
    SELECT value FROM json_each(iif(json_valid(body), body, '{}'), '$.targets'))))`
