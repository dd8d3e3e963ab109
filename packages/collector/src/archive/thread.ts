import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { Problem } from '../api/problem.ts'
import type { OnDamaged } from '../store/damage.ts'
import type { Retention } from '../store/store.ts'
import { type Call, fromCrossing, type Reply } from './crossing.ts'

/** Answers calls one after the other in a thread of its own. Where that dies, its calls fail and the next one gets another. */
export interface Thread {
  /** @throws {Problem} 503 where too many calls wait; else as the function of this name in the thread */
  call(name: string, asked?: unknown): Promise<unknown>
  /** Lets the calls that are under way end, unless that takes too long. Never rejects. */
  stop(): Promise<void>
}

/** What a thread opens. */
export interface ThreadData {
  role: 'reader' | 'writer'
  path: string
  retention: Retention
}

/** A query that needs more memory ends its thread, never the process. */
const MOST_HEAP_MB = 256
/** A call that takes so long may hang in the disk. */
const LONGEST_END_MS = 2000

/** @param mostWaiting how many calls may wait at a time */
export function createThread(data: ThreadData, mostWaiting: number, onDamaged: OnDamaged): Thread {
  let worker: Worker | null = null
  /** In the order in which they were made. */
  const waiting = new Map<number, PromiseWithResolvers<unknown> & { since: number }>()
  let last = 0
  let stopped = false

  function start(): Worker {
    const started = new Worker(threadFile(), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    })
    started.on('message', (reply: Reply) => {
      if ('damaged' in reply) return onDamaged(reply.damaged)
      const asked = waiting.get(reply.id)
      waiting.delete(reply.id)
      if ('error' in reply) asked?.reject(fromCrossing(reply.error))
      else asked?.resolve(reply.value)
    })
    process.on('exit', endAtOnce)
    let why = 'it ended'
    started.on('error', (error) => (why = Error.isError(error) ? error.message : String(error)))
    started.on('exit', () => {
      process.off('exit', endAtOnce)
      if (worker === started) worker = null
      const lost = [...waiting.values()]
      waiting.clear()
      for (const { reject } of lost)
        reject(new Problem(503, `the thread that ${DUTY[data.role]} the store failed: ${why}`))
    })
    return started
  }

  /** Node waits for the end of each thread when the process exits, also for one that hangs in the disk. */
  function endAtOnce(): void {
    const [oldest] = waiting.values()
    if (oldest !== undefined && performance.now() - oldest.since > LONGEST_END_MS) process.kill(process.pid, 'SIGKILL')
  }

  async function end(): Promise<void> {
    if (worker !== null && !stopped) await call('close').catch(() => {})
    stopped = true
    await worker?.terminate()
  }

  async function call(name: string, asked?: unknown): Promise<unknown> {
    if (stopped) throw new Error('the store is closed')
    if (waiting.size >= mostWaiting) throw new Problem(503, `${mostWaiting} questions wait for an answer already`)
    worker ??= start()
    const id = ++last
    worker.postMessage({ id, name, asked } satisfies Call)
    const answer = Promise.withResolvers<unknown>()
    waiting.set(id, { ...answer, since: performance.now() })
    return answer.promise
  }

  return {
    call,
    stop: () => Promise.race([end(), setTimeout(LONGEST_END_MS, undefined, { ref: false })]),
  }
}

const DUTY = { reader: 'reads', writer: 'writes' }

/** Beside this file: as it is in development, bundled under the same name otherwise. */
function threadFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return new URL(`./store-thread.${extension}`, import.meta.url)
}
