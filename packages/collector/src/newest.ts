/** Remembers what was found out, the newest of it, for a while. */
export interface Newest<T> {
  read(key: string): { until: number; value: T } | undefined
  keep(key: string, until: number, value: T): void
  forget(key: string): void
}

export function createNewest<T>(most: number): Newest<T> {
  const kept = new Map<string, { until: number; value: T }>()
  return {
    read: (key) => kept.get(key),
    forget: (key) => void kept.delete(key),
    keep(key, until, value) {
      kept.delete(key)
      kept.set(key, { until, value })
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    },
  }
}
