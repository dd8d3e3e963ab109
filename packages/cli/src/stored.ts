import { join } from 'node:path'
import { type DamagedRow, openStoreReader, type StoreReader } from '@portolan/collector'
import type { TargetView } from '@portolan/core'
import { stateFolderOf } from './state-folder.ts'

/**
 * Reads what watch has kept, also while it runs. Damaged rows are left out and named on standard error.
 *
 * @throws PortolanError store_unusable when there is nothing
 */
export async function withStore<T>(state: string | undefined, read: (store: StoreReader) => Promise<T>): Promise<T> {
  const file = join(stateFolderOf(state, process.env), 'portolan.db')
  const damaged = new Map<string, DamagedRow>()
  const store = openStoreReader(file, (row) => damaged.set(`${row.table} ${row.id}`, row))
  try {
    return await read(store)
  } finally {
    store.close()
    if (damaged.size > 0) process.stderr.write(`portolan: ${damageText(file, [...damaged.values()])}\n`)
  }
}

const MOST_NAMED = 5

function damageText(file: string, rows: DamagedRow[]): string {
  const named = rows.slice(0, MOST_NAMED).map(({ table, id, why }) => `\n  ${table} ${id}: ${why}`)
  const more = rows.length > MOST_NAMED ? `\n  and ${rows.length - MOST_NAMED} more` : ''
  const count = rows.length === 1 ? 'One row' : `${rows.length} rows`
  return `${count} of ${file} cannot be read and ${rows.length === 1 ? 'is' : 'are'} left out:${named.join('')}${more}`
}

/** A watch says at least so often that it still looks, ms, with room for a busy machine. */
const LOOKS_MS = 30_000

/** What was seen last. */
export interface LastSeen {
  ports: TargetView[]
  /** The clusters that nobody looks at any more, and when they were looked at last: what was open then may be over since. */
  looks: ReadonlyMap<string, number>
}

export async function lastSeen(store: StoreReader, now: number): Promise<LastSeen> {
  const views = await store.views()
  return {
    ports: views.flatMap(({ explanations }) => explanations.map(({ target }) => target)),
    looks: new Map(views.flatMap(({ cluster, lastAt }) => (now - lastAt < LOOKS_MS ? [] : [[cluster, lastAt]]))),
  }
}
