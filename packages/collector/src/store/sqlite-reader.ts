import type { DatabaseSync } from 'node:sqlite'
import type { Change, ClusterEventChange, Epoch, Incident, Note } from '@portolan/core'
import { decodeFact } from '@portolan/wire'
import { asItLasted } from './kept-incident.ts'
import { createHistoryReader } from './sqlite-history.ts'
import { DRAWN } from './sqlite-schema.ts'
import type { ClusterView, StoreReader, Writer } from './store.ts'

/** What narrows a query down, as a condition and its value; undefined values narrow nothing. */
type Condition = [sql: string, value: string | number | undefined]

/** Answers queries from an open database of this schema. Bodies are JSON of core's own types. */
export function createSqliteReader(database: DatabaseSync): StoreReader {
  function select(columns: string, conditions: Condition[], order: string, limit: number, always = 'true') {
    const used = conditions.filter((condition): condition is [string, string | number] => condition[1] !== undefined)
    const where = [always, ...used.map(([sql]) => sql)].join(' AND ')
    const query = `SELECT ${columns} WHERE ${where} ORDER BY ${order} LIMIT ?`
    return database.prepare(query).all(...used.map(([, value]) => value), limit)
  }

  const { targets, histories } = createHistoryReader(database)

  return {
    async facts({ cluster, from, to, after, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['received_at >= ?', from],
        ['received_at <= ?', to],
        ['id > ?', after],
      ]
      const rows = select('id, body FROM facts', conditions, 'id', limit)
      return rows.map(({ id, body }) => ({ id: Number(id), fact: decodeFact(String(body)) }))
    },

    async timeline({ cluster, from, to, targets, after, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['at >= ?', from],
        ['at <= ?', to],
        ['id > ?', after],
        [OF_TARGETS, targets === undefined ? undefined : JSON.stringify(targets)],
      ]
      const rows = select('id, body FROM timeline', conditions, 'id', limit)
      return rows.map(({ id, body }) => ({ id: Number(id), change: parse<Change>(body) }))
    },

    targets: async (query) => targets(query),
    histories: async (query) => histories(query),

    async events({ cluster, from, to, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['at >= ?', from ?? 0],
        ['at <= ?', to],
      ]
      const rows = select('body FROM timeline', conditions, 'at, id', limit, DRAWN.isEvent)
      return rows.map(({ body }) => parse<ClusterEventChange>(body))
    },

    async incidents({ cluster, from, to, id, state, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['id = ?', id],
        ['(closed_at IS NULL OR closed_at >= ?)', from],
        ['opened_at <= ?', to],
        ["iif(closed_at IS NULL, 'open', 'closed') = ?", state],
      ]
      const rows = select('body FROM incidents', conditions, 'opened_at DESC, id DESC', limit)
      return rows.map(({ body }) => asItLasted(parse<Incident>(body)))
    },

    async epochs({ cluster, from, to, target, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['target = ?', target],
        ['(ended_at IS NULL OR ended_at >= ?)', from],
        ['started_at <= ?', to],
      ]
      const rows = select('body FROM epochs', conditions, 'started_at DESC, id DESC', limit)
      return rows.map(({ body }) => parse<Epoch>(body))
    },

    async notes({ cluster, from, to, limit }) {
      const conditions: Condition[] = [
        ["coalesce(json_extract(body, '$.cluster') = ?, true)", cluster],
        ['ended_at >= ?', from],
        ['started_at <= ?', to],
      ]
      const rows = select('body FROM notes', conditions, 'started_at, id', limit)
      return rows.map(({ body }) => parse<Note>(body))
    },

    async streams() {
      const rows = database.prepare('SELECT cluster, source, boot, sequence, at FROM streams').all()
      return rows.map(({ cluster, source, boot, sequence, at }) => ({
        cluster: String(cluster),
        source: String(source),
        boot: String(boot),
        sequence: Number(sequence),
        at: Number(at),
      }))
    },

    async views() {
      const rows = database.prepare('SELECT cluster, last_at, body, settings FROM clusters ORDER BY cluster').all()
      return rows.map(({ cluster, last_at, body, settings }) => ({
        cluster: String(cluster),
        lastAt: Number(last_at),
        explanations: parse<ClusterView['explanations']>(body),
        settings: parse<ClusterView['settings']>(settings),
      }))
    },

    async writer() {
      const row = database.prepare('SELECT body FROM writer').get()
      return row === undefined ? null : parse<Writer>(row['body'])
    },

    close: () => database.close(),
  }
}

/** A placement change tells of several targets, a gap of all. */
const OF_TARGETS = `(target IS NULL OR EXISTS (
  SELECT 1 FROM json_each(?) AS wanted
  WHERE wanted.value = target OR wanted.value IN (SELECT value FROM json_each(body, '$.targets'))))`

function parse<T>(body: unknown): T {
  return JSON.parse(String(body)) as T
}
