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

/** The ports as they were seen last. */
export async function lastViews(store: StoreReader): Promise<TargetView[]> {
  const views = await store.views()
  return views.flatMap(({ explanations }) => explanations.map(({ target }) => target))
}
