import type { Clock, Orders } from '@portolan/core'
import { type Ask, complaintOf, fieldOf, readJson } from './ask.ts'
import { createBackoff } from './backoff.ts'

/** Follows what the collector wants to have done, and knows by that whether it is there. */
export interface OrderLine {
  start(): void
  /** The collector may be gone: ask at once. */
  doubt(): void
  stop(): Promise<void>
}

/** So long the collector may hold an answer back. */
const WAIT_S = 25
const ANSWER_MS = 10_000
/** The least time between two questions, of which the first brought nothing. */
const IDLE_MS = 1000

export function createOrderLine(options: {
  who: { cluster: string; source: string }
  ask: Ask
  clock: Clock
  random: () => number
  /** The latest that is known of an earlier life. */
  known: Pick<Orders, 'collector' | 'version'> | null
  /** The collector is there. */
  onOrders(orders: Orders): void
  onLost(reason: string): void
}): OrderLine {
  const { ask, clock } = options
  const backoff = createBackoff(options.random)
  const stopped = new AbortController()
  let doubting = new AbortController()
  let { collector, version } = options.known ?? { collector: '', version: 0 }
  let isThere = false
  let running: Promise<void> = Promise.resolve()

  async function follow(): Promise<void> {
    while (!stopped.signal.aborted) {
      doubting = new AbortController()
      const doubted = doubting.signal
      const askedAt = clock.monotonic()
      const wait = isThere ? WAIT_S : 0
      const answer = await ask(question(wait), AbortSignal.any([doubted, stopped.signal]))
      if (stopped.signal.aborted) return
      const orders = answer.status === 200 ? readOrders(answer.body) : null
      if (orders !== null) {
        const isNews = !isThere || orders.collector !== collector || orders.version !== version
        ;({ collector, version } = orders)
        isThere = true
        backoff.reset()
        options.onOrders(orders)
        if (!isNews) await pause(IDLE_MS - (clock.monotonic() - askedAt))
      } else if (!doubted.aborted) {
        isThere = false
        options.onLost(answer.status === null ? answer.reason : complaintOf(answer))
        await pause(backoff.next())
      }
    }
  }

  function question(wait: number) {
    const query = new URLSearchParams({ ...options.who, collector, after: String(version), wait: String(wait) })
    return {
      method: 'GET' as const,
      path: `/api/v1/assignment?${query.toString()}`,
      headers: {},
      timeoutMs: wait * 1000 + ANSWER_MS,
      isLong: wait > 0,
    }
  }

  async function pause(ms: number): Promise<void> {
    if (ms <= 0 || stopped.signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const end = () => resolve()
    const cancel = clock.after(ms, end)
    stopped.signal.addEventListener('abort', end)
    await promise
    stopped.signal.removeEventListener('abort', end)
    cancel()
  }

  return {
    start() {
      running = follow()
    },
    doubt() {
      isThere = false
      doubting.abort()
    },
    stop() {
      stopped.abort()
      return running
    },
  }
}

/** null where it is something else. */
export function readOrders(body: string): Orders | null {
  const read = readJson(body)
  const assignment = fieldOf(read, 'assignment')
  const isOrders =
    typeof fieldOf(read, 'collector') === 'string' &&
    Number.isSafeInteger(fieldOf(read, 'version')) &&
    [fieldOf(assignment, 'plans'), fieldOf(assignment, 'peers'), fieldOf(read, 'bursts')].every(Array.isArray)
  return isOrders ? (read as Orders) : null
}
