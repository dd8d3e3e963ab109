import type { OnDamaged } from '../damage.ts'
import { type Condition, createReader, type Selection, type Source } from '../reader.ts'
import type { StoreReader } from '../store.ts'
import type { Database } from './database.ts'
import { createHistoryReader } from './history.ts'
import { boundedRows } from './rows.ts'

/**
 * Answers queries from a database.
 *
 * @param mostBytes how long the bodies that one query reads may be together; it throws TooMuch beyond
 */
export function createPostgresReader(
  database: Database,
  onDamaged: OnDamaged,
  mostBytes = Number.POSITIVE_INFINITY,
): Omit<StoreReader, 'close'> {
  const source: Source = {
    select(selection) {
      const { text, values } = statementOf(selection)
      return database.run((client) => boundedRows(client, mostBytes, text, values))
    },
    ofTargets: (targets, where, limit) =>
      targets === undefined ? { from: 'timeline', where } : entriesOf(targets, where, limit),
    words: {
      isEvent: `type = 'cluster.event'`,
      lasts: () => 'ends_at >= ?',
      isOfCluster: '(cluster IS NULL OR cluster = ?)',
    },
  }
  return { ...createReader(source, onDamaged), ...createHistoryReader(database, onDamaged) }
}

function statementOf({ columns, from, given = [], where, always = 'true', order, limit }: Selection) {
  const used = where.filter(([, value]) => value !== undefined)
  const conditions = [always, ...used.map(([sql]) => sql)].join(' AND ')
  const table = from.startsWith('(') ? from : `portolan.${from}`
  const most = limit === undefined ? '' : ` LIMIT ${limit}`
  let number = 0
  const text = `SELECT ${columns} FROM ${table} WHERE ${conditions} ORDER BY ${order}${most}`
  return {
    text: text.replaceAll('?', () => `$${(number += 1)}`),
    values: [...given, ...used.map(([, value]) => value)],
  }
}

/**
 * The entries that tell of one of the targets, of all, or of a move behind one of them: each from an index of its own. One
 * condition for all three would read the whole time.
 */
function entriesOf(targets: string[], where: Condition[], limit: number): Pick<Selection, 'from' | 'given' | 'where'> {
  const used = where.filter(([, value]) => value !== undefined)
  const values = used.map(([, value]) => value)
  const narrowed = used.map(([sql]) => ` AND ${sql}`).join('')
  const ordered = (condition: string) => `WHERE ${condition}${narrowed} ORDER BY id LIMIT ${limit}`
  const timeline = 'SELECT id, body FROM portolan.timeline'
  const ofEach = (found: string) =>
    `(SELECT found.* FROM unnest(?::text[]) AS of (target) CROSS JOIN LATERAL (${found}) AS found)`
  const own = ofEach(`${timeline} ${ordered('target = of.target')}`)
  const ofAll = `(${timeline} ${ordered('target IS NULL')})`
  const moves = ofEach(
    `SELECT entry, at FROM portolan.moves ${ordered('target = of.target').replaceAll(/\bid\b/g, 'entry')}`,
  )
  const behind = `(SELECT told.* FROM (SELECT DISTINCT entry, at FROM ${moves} AS every) AS move
    CROSS JOIN LATERAL (${timeline} WHERE id = move.entry AND at = move.at LIMIT 1) AS told)`
  const parts = [own, ofAll, behind].join(' UNION ALL ')
  return {
    from: `(SELECT DISTINCT ON (id) id, body FROM (${parts}) AS found ORDER BY id) AS told`,
    given: [targets, ...values, ...values, targets, ...values],
    where: [],
  }
}
