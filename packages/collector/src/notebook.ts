import { isSilenced, type Note } from '@portolan/core'
import type { Store } from './store/store.ts'

/** What people said, and whom that silences. */
export interface Notebook {
  /** It is safe once this answers. Rejects where the store does not take it. */
  add(note: Note): Promise<void>
  silences(target: { cluster: string; id: string }, at: number): boolean
}

const MOST = 10_000

/** @param now notes that are over by then are out of the question */
export async function createNotebook(store: Pick<Store, 'notes' | 'write'>, now: number): Promise<Notebook> {
  let notes = await store.notes({ from: now, limit: MOST })
  return {
    async add(note) {
      await store.write({ notes: [note] })
      notes = [...notes, note]
    },
    silences: (target, at) => isSilenced(target, notes, at),
  }
}
