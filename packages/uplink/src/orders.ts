import { backoff, pause } from '@portolan/base'
import type { Clock, Orders } from '@portolan/core'
import { type Ask, complaintOf } from './ask.ts'
import { type ReadOrders, readOrders } from './read-orders.ts'

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
const LONGEST_WAIT_MS = 5000

export function createOrderLine(options: {
  who: { cluster: string; source: string }
  ask: Ask
  clock: Clock
  random: () => number
  /** The latest that is known of an earlier life. */
  known: Pick<Orders, 'collector' | 'version'> | null
  /** The collector is there. */
  onOrders(read: ReadOrders): void
  onLost(reason: string): void
}): OrderLine {
  const { ask, clock } = options
  let failures = 0
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
      const read = answer.status === 200 ? readOrders(answer.body) : null
      if (read !== null) {
        const { orders } = read
        const isNews = !isThere || orders.collector !== collector || orders.version !== version
        ;({ collector, version } = orders)
        isThere = true
        failures = 0
        options.onOrders(read)
        if (!isNews) await pause(clock, IDLE_MS - (clock.monotonic() - askedAt), stopped.signal)
      } else if (!doubted.aborted) {
        isThere = false
        options.onLost(answer.status === null ? answer.reason : complaintOf(answer))
        await pause(clock, backoff(failures++, LONGEST_WAIT_MS, options.random), stopped.signal)
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
