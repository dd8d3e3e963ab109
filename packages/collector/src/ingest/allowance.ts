import type { Clock } from '@portolan/core'

/** How much each source may send: requests a second on average, and at once after a pause. */
const A_SECOND = 20
const AT_ONCE = 100
const MOST_SOURCES = 10_000

/** Counts the requests of each source. */
export function createAllowance(clock: Clock): (source: string) => boolean {
  const left = new Map<string, { count: number; at: number }>()
  return (source) => {
    const now = clock.monotonic()
    const before = left.get(source) ?? { count: AT_ONCE, at: now }
    const count = Math.min(AT_ONCE, before.count + ((now - before.at) / 1000) * A_SECOND)
    left.delete(source)
    left.set(source, { count: Math.max(0, count - 1), at: now })
    const [oldest] = left.keys()
    if (left.size > MOST_SOURCES && oldest !== undefined) left.delete(oldest)
    return count >= 1
  }
}
