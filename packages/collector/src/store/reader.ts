import type { Change, ClusterEventChange, Epoch, Incident, Note } from '@portolan/core'
import { decodeFact } from '@portolan/wire'
import type { Page } from '../notify/book.ts'
import { check, type OnDamaged } from './damage.ts'
import { asItLasted } from './kept-incident.ts'
import { createRowReader, type Row } from './read-rows.ts'
import type { StoreReader } from './store.ts'

/** What narrows a query down: a condition with a `?` for its value. An undefined value narrows nothing. */
export type Condition = [sql: string, value: unknown]

export interface Selection {
  columns: string
  from: string
  /** Of each `?` in `from`. */
  given?: unknown[]
  where: Condition[]
  /** A condition without a value. */
  always?: string
  order: string
  limit?: number
}

/** A database of this schema, as far as the databases differ. */
export interface Source {
  /** @throws TooMuch where the bodies are longer together than one question may read */
  select(selection: Selection): Row[] | Promise<Row[]>
  /** Where the entries of the timeline that concern one of these targets are, and which they are. */
  ofTargets(
    targets: string[] | undefined,
    where: Condition[],
    limit: number,
  ): Pick<Selection, 'from' | 'given' | 'where'>
  words: {
    /** Of an entry of the timeline: it is about a whole cluster. */
    isEvent: string
    /** Of what may last still: it lasts at the time or later. */
    lasts(column: string): string
    /** Of a note: it is about the cluster. */
    isOfCluster: string
  }
}

/** Answers queries from a database. Bodies are JSON of core's own types. */
export function createReader(
  { select, ofTargets, words }: Source,
  onDamaged: OnDamaged,
): Omit<StoreReader, 'targets' | 'histories' | 'close'> {
  const rows = createRowReader(onDamaged)

  /** As many as are asked for where there are so many, whether or not rows between them are damaged. */
  async function page<T>(
    { after, limit }: { after?: number | undefined; limit: number },
    ask: (after: Condition, limit: number) => Omit<Selection, 'columns' | 'order'>,
    readRow: (row: Row) => T[],
  ): Promise<T[]> {
    const found: T[] = []
    for (let last = after; ; ) {
      const missing = limit - found.length
      const asked = { columns: 'id, body', order: 'id', ...ask(['id > ?', last], missing), limit: missing }
      const part = await select(asked)
      found.push(...part.flatMap(readRow))
      if (part.length < missing || found.length === limit) return found
      last = Number(part.at(-1)?.['id'])
    }
  }

  /** Those that are whole. */
  async function bodies<T>(table: string, checked: (value: T) => void, selection: Omit<Selection, 'columns'>) {
    const found = await select({ columns: 'id, body', ...selection })
    return found.flatMap((row) => rows.body<T>(table, row, checked))
  }

  return {
    facts({ cluster, from, to, after, limit }) {
      const where: Condition[] = [
        ['cluster = ?', cluster],
        ['received_at >= ?', from],
        ['received_at <= ?', to],
      ]
      return page(
        { after, limit },
        (since) => ({ from: 'facts', where: [...where, since] }),
        ({ id, body }) => rows.read('facts', id, () => ({ id: Number(id), fact: decodeFact(String(body)) })),
      )
    },

    timeline({ cluster, from, to, targets, after, limit }) {
      const where: Condition[] = [
        ['cluster = ?', cluster],
        ['at >= ?', from],
        ['at <= ?', to],
      ]
      return page(
        { after, limit },
        (since, missing) => ofTargets(targets, [...where, since], missing),
        (row) => rows.body<Change>('timeline', row, check.change).map((change) => ({ id: Number(row['id']), change })),
      )
    },

    events: ({ cluster, from, to, limit }) =>
      bodies<ClusterEventChange>('timeline', check.change, {
        from: 'timeline',
        where: [
          ['cluster = ?', cluster],
          ['at >= ?', from ?? 0],
          ['at <= ?', to],
        ],
        always: words.isEvent,
        order: 'at, id',
        limit,
      }),

    async incidents({ cluster, from, to, id, state, limit }) {
      const found = await bodies<Incident>('incidents', check.incident, {
        from: 'incidents',
        where: [
          ['cluster = ?', cluster],
          ['id = ?', id],
          [words.lasts('closed_at'), from],
          ['opened_at <= ?', to],
        ],
        ...(state !== undefined && { always: `closed_at IS ${state === 'open' ? '' : 'NOT '}NULL` }),
        order: 'opened_at DESC, id DESC',
        limit,
      })
      return found.map(asItLasted)
    },

    epochs: ({ cluster, from, to, target, limit }) =>
      bodies<Epoch>('epochs', check.epoch, {
        from: 'epochs',
        where: [
          ['cluster = ?', cluster],
          ['target = ?', target],
          [words.lasts('ended_at'), from],
          ['started_at <= ?', to],
        ],
        order: 'started_at DESC, id DESC',
        limit,
      }),

    notes: ({ cluster, from, to, limit }) =>
      bodies<Note>('notes', check.note, {
        from: 'notes',
        where: [
          [words.isOfCluster, cluster],
          ['ended_at >= ?', from],
          ['started_at <= ?', to],
        ],
        order: 'started_at, id',
        limit,
      }),

    async streams() {
      const columns = 'cluster, source, boot, sequence, at'
      return (await select({ columns, from: 'streams', where: [], order: 'at' })).flatMap(rows.stream)
    },

    async pages() {
      const found = await select({ columns: 'key, body', from: 'pages', where: [], order: 'id' })
      return found.flatMap(({ key, body }) => rows.body<Page>('pages', { id: key, body }, check.page))
    },

    async views() {
      return (await select({ columns: '*', from: 'clusters', where: [], order: 'cluster' })).flatMap(rows.view)
    },

    async writer() {
      const [row] = await select({ columns: 'body', from: 'writer', where: [], order: 'one' })
      return row === undefined ? null : rows.writer(row['body'])
    },
  }
}
