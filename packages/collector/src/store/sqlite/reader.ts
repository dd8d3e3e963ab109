import type { DatabaseSync } from 'node:sqlite'
import {
  type Change,
  type ClusterEventChange,
  type Epoch,
  type Incident,
  isTime,
  type Note,
  type RouteExplanation,
  type TargetExplanation,
  type TargetView,
} from '@portolan/core'
import { decodeFact } from '@portolan/wire'
import { asItLasted } from '../kept-incident.ts'
import { check, damagedRow, type OnDamaged } from '../damage.ts'
import { createHistoryReader } from './history.ts'
import { allRows, boundedRows } from './rows.ts'
import { DRAWN } from './schema.ts'
import type { Page } from '../../notify/book.ts'
import type { StoreReader, Writer } from '../store.ts'

/** What narrows a query down, as a condition and its value; undefined values narrow nothing. */
type Condition = [sql: string, value: string | number | undefined]

/**
 * Answers queries from an open database of this schema. Bodies are JSON of core's own types.
 *
 * @param mostBytes how long the bodies that one query reads may be together; it throws TooMuch beyond
 */
export function createSqliteReader(
  database: DatabaseSync,
  onDamaged: OnDamaged,
  mostBytes = Number.POSITIVE_INFINITY,
): StoreReader {
  function select(columns: string, conditions: Condition[], order: string, limit: number, always = 'true') {
    const used = conditions.filter((condition): condition is [string, string | number] => condition[1] !== undefined)
    const where = [always, ...used.map(([sql]) => sql)].join(' AND ')
    const query = `SELECT ${columns} WHERE ${where} ORDER BY ${order} LIMIT ?`
    return boundedRows(database.prepare(query), mostBytes, ...used.map(([, value]) => value), limit)
  }

  /** What the row says, or nothing where it is damaged. */
  function read<T>(table: string, id: unknown, decode: () => T): T[] {
    try {
      return [decode()]
    } catch (error) {
      onDamaged(damagedRow(table, id, error))
      return []
    }
  }

  function readBody<T>(table: string, row: Row, checked: (value: T) => void): T[] {
    return read(table, row['id'], () => {
      const value = JSON.parse(String(row['body'])) as T
      checked(value)
      return value
    })
  }

  /** As many as are asked for where there are so many, whether or not rows between them are damaged. */
  function page<T>(
    table: string,
    conditions: Condition[],
    { after, limit }: { after?: number | undefined; limit: number },
    readRow: (row: Row) => T[],
  ): T[] {
    const found: T[] = []
    for (let last = after; ; ) {
      const missing = limit - found.length
      const rows = select(`id, body FROM ${table}`, [...conditions, ['id > ?', last]], 'id', missing)
      found.push(...rows.flatMap(readRow))
      if (rows.length < missing || found.length === limit) return found
      last = Number(rows.at(-1)?.['id'])
    }
  }

  const { targets, histories } = createHistoryReader(database, onDamaged)

  return {
    async facts({ cluster, from, to, after, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['received_at >= ?', from],
        ['received_at <= ?', to],
      ]
      return page('facts', conditions, { after, limit }, ({ id, body }) =>
        read('facts', id, () => ({ id: Number(id), fact: decodeFact(String(body)) })),
      )
    },

    async timeline({ cluster, from, to, targets, after, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['at >= ?', from],
        ['at <= ?', to],
        [OF_TARGETS, targets === undefined ? undefined : JSON.stringify(targets)],
      ]
      return page('timeline', conditions, { after, limit }, (row) =>
        readBody<Change>('timeline', row, check.change).map((change) => ({ id: Number(row['id']), change })),
      )
    },

    targets: async (query) => targets(query),
    histories: async (query) => histories(query),

    async events({ cluster, from, to, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['at >= ?', from ?? 0],
        ['at <= ?', to],
      ]
      const rows = select('id, body FROM timeline', conditions, 'at, id', limit, DRAWN.isEvent)
      return rows.flatMap((row) => readBody<ClusterEventChange>('timeline', row, check.change))
    },

    async incidents({ cluster, from, to, id, state, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['id = ?', id],
        ['(closed_at IS NULL OR closed_at >= ?)', from],
        ['opened_at <= ?', to],
        ["iif(closed_at IS NULL, 'open', 'closed') = ?", state],
      ]
      const rows = select('id, body FROM incidents', conditions, 'opened_at DESC, id DESC', limit)
      return rows.flatMap((row) => readBody<Incident>('incidents', row, check.incident)).map(asItLasted)
    },

    async epochs({ cluster, from, to, target, limit }) {
      const conditions: Condition[] = [
        ['cluster = ?', cluster],
        ['target = ?', target],
        ['(ended_at IS NULL OR ended_at >= ?)', from],
        ['started_at <= ?', to],
      ]
      const rows = select('id, body FROM epochs', conditions, 'started_at DESC, id DESC', limit)
      return rows.flatMap((row) => readBody<Epoch>('epochs', row, check.epoch))
    },

    async notes({ cluster, from, to, limit }) {
      const conditions: Condition[] = [
        ["iif(json_valid(body), coalesce(json_extract(body, '$.cluster') = ?, true), true)", cluster],
        ['ended_at >= ?', from],
        ['started_at <= ?', to],
      ]
      const rows = select('id, body FROM notes', conditions, 'started_at, id', limit)
      return rows.flatMap((row) => readBody<Note>('notes', row, check.note))
    },

    async streams() {
      const rows = allRows(database.prepare('SELECT cluster, source, boot, sequence, at FROM streams'))
      return rows.flatMap(({ cluster, source, boot, sequence, at }) =>
        read('streams', `${String(source)} ${String(boot)}`, () => ({
          cluster: String(cluster),
          source: String(source),
          boot: String(boot),
          sequence: Number(sequence),
          at: timeOf(at),
        })),
      )
    },

    async pages() {
      const rows = allRows(database.prepare('SELECT key AS id, body FROM pages ORDER BY pages.id'))
      return rows.flatMap((row) => readBody<Page>('pages', row, check.page))
    },

    async views() {
      const rows = allRows(database.prepare('SELECT * FROM clusters ORDER BY cluster'))
      return rows.flatMap(({ cluster, last_at, body, settings, portless }) =>
        read('clusters', cluster, () => ({
          cluster: String(cluster),
          lastAt: timeOf(last_at),
          explanations: explanationsIn(cluster, body),
          settings: objectIn(settings),
          portless: portlessIn(cluster, portless),
        })),
      )
    },

    async writer() {
      const row = database.prepare('SELECT body FROM writer').get()
      return row === undefined ? null : (read('writer', 1, () => writerIn(row['body']))[0] ?? null)
    },

    close: () => database.close(),
  }

  /** A store that only an older version wrote has none. */
  function portlessIn(cluster: unknown, body: unknown): RouteExplanation[] {
    return (JSON.parse(typeof body === 'string' ? body : '[]') as RouteExplanation[]).flatMap((explanation) =>
      read('clusters', `${String(cluster)}, one of its routes`, () => {
        check.route(explanation)
        return explanation
      }),
    )
  }

  /** Those that can be told: a port that cannot hides none of the others. */
  function explanationsIn(cluster: unknown, body: unknown): TargetExplanation[] {
    return (JSON.parse(String(body)) as TargetExplanation[]).flatMap((explanation) =>
      read('clusters', `${String(cluster)}, one of its ports`, () => {
        // One that an older version kept knows of no routes.
        const { routes }: Partial<TargetExplanation> = explanation
        const { routes: behind }: Partial<TargetView> = explanation.target
        const whole = { ...explanation, routes: routes ?? [], target: { ...explanation.target, routes: behind ?? [] } }
        check.explanation(whole)
        return whole
      }),
    )
  }
}

type Row = Record<string, unknown>

/** @throws where it is none */
function timeOf(value: unknown): number {
  if (!isTime(value)) throw new Error(`${String(value)} is no time`)
  return value
}

/** @throws where it is none */
function objectIn(body: unknown): Record<string, unknown> {
  const value: unknown = JSON.parse(String(body))
  if (typeof value !== 'object' || value === null) throw new Error('expected an object')
  return value as Record<string, unknown>
}

function writerIn(body: unknown): Writer {
  const { pid, startedAt, url } = objectIn(body)
  if (!Number.isSafeInteger(pid) || (url !== null && typeof url !== 'string')) throw new Error('expected a process')
  return { pid: pid as number, startedAt: timeOf(startedAt), url }
}

/** A placement change tells of several targets, a gap of all. */
const OF_TARGETS = `(target IS NULL OR EXISTS (
  SELECT 1 FROM json_each(?) AS wanted
  WHERE wanted.value = target OR wanted.value IN (
    SELECT value FROM json_each(iif(json_valid(body), body, '{}'), '$.targets'))))`
