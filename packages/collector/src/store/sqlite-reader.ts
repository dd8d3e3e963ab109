import type { DatabaseSync } from 'node:sqlite'
import type { Change, Epoch, Incident, Note, Outage, TargetStateChange } from '@portolan/core'
import { decodeFact } from '@portolan/wire'
import type { Memory } from './sqlite-memory.ts'
import { DRAWN } from './sqlite-schema.ts'
import type { ClusterView, DrawnChange, Range, StoreReader, Writer } from './store.ts'

/** What narrows a query down, as a condition and its value; undefined values narrow nothing. */
type Condition = [sql: string, value: string | number | undefined]

/** Answers queries from an open database of this schema. Bodies are JSON of core's own types. */
export function createSqliteReader(database: DatabaseSync, memory: Memory): StoreReader {
  function select(columns: string, conditions: Condition[], order: string, limit: number) {
    const used = conditions.filter((condition): condition is [string, string | number] => condition[1] !== undefined)
    const where = used.length === 0 ? '' : `WHERE ${used.map(([sql]) => sql).join(' AND ')}`
    const query = `SELECT ${columns} ${where} ORDER BY ${order} LIMIT ?`
    return database.prepare(query).all(...used.map(([, value]) => value), limit)
  }

  function rowids(query: string, { cluster, from, to }: Range): number[] {
    const row = database.prepare(query).get({ cluster: cluster ?? null, from: from ?? 0, to: to ?? MAX_TIME })
    return parse<number[]>(row?.['rowids'])
  }

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

    async drawn(query) {
      return memory.read('timeline', rowids(DRAWN_CHANGES, query), (change: DrawnChange) => change)
    },

    async outages(query) {
      return memory.read('incidents', rowids(OUTAGES, query), outageOf)
    },

    async statesAt({ cluster, at }) {
      const rows = database.prepare(LAST_STATES).all({ at, cluster: cluster ?? null })
      return rows.map(({ body }) => parse<TargetStateChange>(body))
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
      return rows.map(({ body }) => parse<Incident>(body))
    },

    async epochs({ cluster, from, to, target, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['target = ?', target],
        ['(ended_at IS NULL OR ended_at >= ?)', from],
        ['started_at <= ?', to],
      ]
      const rows = select('rowid FROM epochs', conditions, 'started_at DESC, id DESC', limit)
      const ids = rows.map(({ rowid }) => Number(rowid))
      return memory.read('epochs', ids, (epoch: Epoch) => epoch)
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

function outageOf(incident: Incident): Outage {
  const { cluster, target, id, openedAt, closedAt, darkSince, darkUntil, symptoms } = incident
  return { cluster, target, id, openedAt, closedAt, darkSince, darkUntil, symptoms }
}

const MAX_TIME = Number.MAX_SAFE_INTEGER

const DRAWN_CHANGES = `SELECT json_group_array(id ORDER BY at, id) AS rowids FROM timeline
  WHERE ${DRAWN} AND at >= $from AND at <= $to AND ($cluster IS NULL OR cluster = $cluster)`

const OUTAGES = `SELECT json_group_array(rowid ORDER BY opened_at, id) AS rowids
  FROM incidents
  WHERE (closed_at IS NULL OR closed_at >= $from) AND opened_at <= $to AND ($cluster IS NULL OR cluster = $cluster)`

/** SQLite takes the other columns from the row that has the maximum. Source: sqlite.org/lang_select.html#bareagg */
const LAST_STATES = `SELECT body, max(at) FROM timeline
  WHERE json_extract(body, '$.type') = 'target.state' AND at < $at AND ($cluster IS NULL OR cluster = $cluster)
  GROUP BY cluster, target`

/** A placement change tells of several targets, a gap of all. */
const OF_TARGETS = `(target IS NULL OR EXISTS (
  SELECT 1 FROM json_each(?) AS wanted
  WHERE wanted.value = target OR wanted.value IN (SELECT value FROM json_each(body, '$.targets'))))`

function parse<T>(body: unknown): T {
  return JSON.parse(String(body)) as T
}
