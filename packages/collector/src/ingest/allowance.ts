import type { Clock } from '@portolan/core'

/** How much each source may do: so much a second on average, and so much at once after a pause. */
export interface Rate {
  aSecond: number
  atOnce: number
}

export const REQUESTS: Rate = { aSecond: 20, atOnce: 100 }
/** A prober that was started often while its collector was away sends the batches of all these lives. */
export const NEW_STREAMS: Rate = { aSecond: 0.1, atOnce: 100 }

/** No more for long than the store can take away again; what was kept while the collector was away comes at once. */
export const FACTS: Rate = { aSecond: 4000, atOnce: 200_000 }

const MOST_SOURCES = 10_000

/** Counts what each source does. One that has something left may do as much as it likes at once, and waits after that. */
export function createAllowance(clock: Clock, { aSecond, atOnce }: Rate): (source: string, amount?: number) => boolean {
  const left = new Map<string, { count: number; at: number }>()
  return (source, amount = 1) => {
    const now = clock.monotonic()
    const before = left.get(source) ?? { count: atOnce, at: now }
    const count = Math.min(atOnce, before.count + ((now - before.at) / 1000) * aSecond)
    left.delete(source)
    left.set(source, { count: count >= 1 ? count - amount : count, at: now })
    const [oldest] = left.keys()
    if (left.size > MOST_SOURCES && oldest !== undefined) left.delete(oldest)
    return count >= 1
  }
}
