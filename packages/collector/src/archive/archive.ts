import type { OnDamaged } from '../store/damage.ts'
import { openStore } from '../store/open.ts'
import { RETENTION, type Retention, type Store, type StoreReader } from '../store/store.ts'
import { type AnswerName, type Asked, makeAnswer } from './answers.ts'
import { createThread, type Thread } from './thread.ts'

/** The store of a process that has more urgent things to do: what takes long in it delays nobody else. */
export interface Archive extends Omit<Store, 'close'> {
  /**
   * @returns JSON in UTF-8
   * @throws {Problem} 400 where it would be too long, 503 where too many wait or it needs too much memory
   */
  answer<Name extends AnswerName>(name: Name, asked: Asked<Name>): Promise<Uint8Array>
  /** Never rejects. */
  close(): Promise<void>
}

/** Each may take seconds, and its answer has to be held. */
const MOST_QUESTIONS = 32

/**
 * Opens the store to write, as `openStore` does: one thread writes, and from the first question of the API on another one
 * reads, so that neither waits for the other. A store in memory belongs to this thread alone, and is as small as what one
 * process saw since its start.
 *
 * @throws {PortolanError} store_unusable with what to do
 */
export async function openArchive(
  path: string,
  retention: Retention = RETENTION,
  onDamaged: OnDamaged = () => {},
): Promise<Archive> {
  if (path === ':memory:') return inThisThread(await openStore(path, retention, onDamaged))
  const writer = createThread({ role: 'writer', path, retention }, Number.POSITIVE_INFINITY, onDamaged)
  const reader = createThread({ role: 'reader', path, retention }, MOST_QUESTIONS, onDamaged)
  try {
    await writer.call('open')
  } catch (error) {
    await writer.stop()
    throw error
  }
  return {
    ...callsOf<Reads>(reader, READS),
    ...callsOf<Starts & Writes>(writer, { ...STARTS, ...WRITES }),
    answer: (name, asked) => reader.call('answer', { name, asked }) as Promise<Uint8Array>,
    async close() {
      await reader.stop()
      await writer.stop()
    },
  }
}

function inThisThread(store: Store): Archive {
  return { ...store, answer: (name, asked) => makeAnswer(store, name, asked), close: async () => store.close() }
}

type Reads = Omit<StoreReader, 'close' | keyof Starts>
type Starts = Pick<StoreReader, 'incidents' | 'epochs' | 'notes' | 'views' | 'streams' | 'pages' | 'writer'>
type Writes = Omit<Store, keyof StoreReader>

/** They may take long. */
const READS: Record<keyof Reads, true> = { facts: true, timeline: true, targets: true, histories: true, events: true }
/** A collector reads them at its start, before there is anything to write. */
const STARTS: Record<keyof Starts, true> = {
  incidents: true,
  epochs: true,
  notes: true,
  views: true,
  streams: true,
  pages: true,
  writer: true,
}
const WRITES: Record<keyof Writes, true> = { write: true, introduce: true, prune: true }

/** The same functions, done by the thread. */
function callsOf<Functions>(thread: Thread, names: Record<keyof Functions, true>): Functions {
  const calls = Object.keys(names).map((name) => [name, (asked: unknown) => thread.call(name, asked)])
  return Object.fromEntries(calls) as Functions
}
