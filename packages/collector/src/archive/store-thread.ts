import { parentPort, workerData } from 'node:worker_threads'
import type { DamagedRow } from '../store/damage.ts'
import { openStore, openStoreReader } from '../store/open.ts'
import type { Store, StoreReader } from '../store/store.ts'
import { type AnswerName, type Asked, makeAnswer } from './answers.ts'
import { type Call, type Reply, toCrossing } from './crossing.ts'
import type { ThreadData } from './thread.ts'

/** A thread that holds one connection to the store, and does with it what it is asked to, one after the other. */
type Functions = Record<string, (asked: never) => unknown>

/** What an answer leaves out of the rows is less than the half. */
const MOST_READ_BYTES = 32 * 1024 * 1024

const { role, path, retention } = workerData as ThreadData
const onDamaged = (damaged: DamagedRow) => say({ damaged })
let functions: Promise<Functions> | null = null

function say(reply: Reply, moved: ArrayBuffer[] = []): void {
  parentPort?.postMessage(reply, moved)
}

/** A store that could not be opened is tried once more with the next call. */
async function opened(): Promise<Functions> {
  functions ??= open()
  try {
    return await functions
  } catch (error) {
    functions = null
    throw error
  }
}

async function open(): Promise<Functions> {
  return role === 'writer'
    ? writing(await openStore(path, retention, onDamaged))
    : reading(openStoreReader(path, onDamaged, MOST_READ_BYTES))
}

function writing(store: Store): Functions {
  return { ...store, open: () => {} }
}

function reading(store: StoreReader): Functions {
  return {
    ...store,
    answer: <Name extends AnswerName>({ name, asked }: { name: Name; asked: Asked<Name> }) =>
      makeAnswer(store, name, asked),
  }
}

async function answer({ id, name, asked }: Call): Promise<void> {
  try {
    const value = await (await opened())[name]?.(asked as never)
    say({ id, value }, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [])
  } catch (error) {
    say({ id, error: toCrossing(error) })
  }
}

parentPort?.on('message', (call: Call) => void answer(call))
