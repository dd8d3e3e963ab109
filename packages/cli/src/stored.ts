import { join } from 'node:path'
import { openStoreReader, type StoreReader } from '@portolan/collector'
import type { TargetView } from '@portolan/core'
import { stateFolderOf } from './live.ts'

/** Reads what watch has kept, also while it runs. @throws PortolanError store_unusable when there is nothing */
export async function withStore<T>(state: string | undefined, read: (store: StoreReader) => Promise<T>): Promise<T> {
  const store = openStoreReader(join(stateFolderOf(state, process.env), 'portolan.db'))
  try {
    return await read(store)
  } finally {
    store.close()
  }
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
