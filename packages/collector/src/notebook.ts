import { isSilenced, type Note } from '@portolan/core'
import { Problem } from './api/problem.ts'
import type { Store } from './store/store.ts'

/** What people said, and whom that silences. */
export interface Notebook {
  /**
   * It is safe once this answers.
   *
   * @throws {Problem} 429 where there are too many that are not over yet; else where the store does not take it
   */
  add(note: Note, now: number): Promise<void>
  /** All that may still silence something. */
  all(): readonly Note[]
  silences(target: { cluster: string; id: string }, at: number): boolean
}

/** Notes that are not over: each is looked at for each port that it names. */
const MOST_LASTING = 500
/** An older store may hold more of them. */
const MOST_READ = 10_000

/**
 * @param startedAt notes that are over by then are out of the question
 * @param onKept is called with each note that is added
 */
export async function createNotebook(
  store: Pick<Store, 'notes' | 'write'>,
  startedAt: number,
  onKept: (note: Note) => void = () => {},
): Promise<Notebook> {
  let lasting = await store.notes({ from: startedAt, limit: MOST_READ })
  let byTarget = indexOf(lasting)

  return {
    async add(note, now) {
      lasting = lasting.filter(({ to }) => to > now)
      if (lasting.length >= MOST_LASTING) {
        throw new Problem(429, `${MOST_LASTING} notes are not over yet: no other is taken until one of them is`)
      }
      lasting = [...lasting, note]
      try {
        await store.write({ notes: [note] })
        onKept(note)
      } catch (error) {
        lasting = lasting.filter((one) => one !== note)
        throw error
      } finally {
        byTarget = indexOf(lasting)
      }
    },
    all: () => lasting,
    silences: (target, at) => isSilenced(target, byTarget.get(target.id) ?? [], at),
  }
}

/** Only the ports that it names are silenced by a note. */
function indexOf(notes: readonly Note[]): Map<string, Note[]> {
  const index = new Map<string, Note[]>()
  for (const note of notes) {
    for (const target of new Set(note.targets)) {
      const own = index.get(target) ?? []
      index.set(target, own)
      own.push(note)
    }
  }
  return index
}
