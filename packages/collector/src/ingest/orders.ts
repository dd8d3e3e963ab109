import { randomUUID } from 'node:crypto'
import type { Assignment, Burst, Clock, Observer, Orders } from '@portolan/core'

/** What each observer elsewhere is to do, and how it learns of news at once. */
export interface OrderBook {
  assign(to: Observer, assignment: Assignment): void
  burst(to: Observer, bursts: Burst[]): void
  /**
   * Answers as soon as there is more than the asker knows, or when the time is up, or `gone` is aborted.
   *
   * @param after the last version that the asker got from this collector
   */
  next(
    observer: Observer,
    asker: { collector: string; after: number },
    waitMs: number,
    gone: AbortSignal,
  ): Promise<Orders>
  stop(): void
}

interface Order {
  version: number
  assignment: Assignment
  bursts: { version: number; burst: Burst; endsAt: number }[]
  waiting: Set<() => void>
}

export function createOrderBook(clock: Clock): OrderBook {
  const collector = randomUUID()
  const orders = new Map<Observer, Order>()
  let stopped = false

  function orderOf(observer: Observer): Order {
    let order = orders.get(observer)
    if (order === undefined) {
      order = { version: 1, assignment: { plans: [], peers: [] }, bursts: [], waiting: new Set() }
      orders.set(observer, order)
    }
    return order
  }

  function tellNews(order: Order): void {
    for (const wake of order.waiting) wake()
  }

  function read(order: Order, after: number): Orders {
    const now = clock.monotonic()
    order.bursts = order.bursts.filter(({ endsAt }) => endsAt > now)
    const news = order.bursts.filter(({ version }) => version > after)
    return {
      collector,
      version: order.version,
      assignment: order.assignment,
      bursts: news.map(({ burst, endsAt }) => ({ ...burst, forMs: Math.round(endsAt - now) })),
    }
  }

  return {
    assign(to, assignment) {
      const order = orderOf(to)
      order.version += 1
      order.assignment = assignment
      tellNews(order)
    },
    burst(to, bursts) {
      const order = orderOf(to)
      order.version += 1
      const { version } = order
      const now = clock.monotonic()
      const again = new Set(bursts.map(({ plan }) => plan))
      order.bursts = order.bursts.filter(({ burst, endsAt }) => endsAt > now && !again.has(burst.plan))
      order.bursts.push(...bursts.map((burst) => ({ version, burst, endsAt: now + burst.forMs })))
      tellNews(order)
    },
    async next(observer, asker, waitMs, gone) {
      const order = orderOf(observer)
      const after = asker.collector === collector ? asker.after : 0
      if (order.version <= after && !stopped && !gone.aborted) {
        await new Promise<void>((resolve) => {
          const end = () => {
            cancel()
            order.waiting.delete(end)
            gone.removeEventListener('abort', end)
            resolve()
          }
          const cancel = clock.after(waitMs, end)
          order.waiting.add(end)
          gone.addEventListener('abort', end)
        })
      }
      return read(order, after)
    },
    stop() {
      stopped = true
      for (const order of orders.values()) tellNews(order)
    },
  }
}
