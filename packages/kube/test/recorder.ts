import type { Observation } from '@portolan/core'

/** Keeps what is said, and waits for what is expected. */
export function createRecorder() {
  const said: Observation[] = []
  const waiting = new Set<() => void>()
  let throws = false
  return {
    said,
    throwOnce: () => void (throws = true),
    record(observation: Observation) {
      if (throws) {
        throws = false
        throw new Error('the recorder is full')
      }
      said.push(observation)
      for (const look of waiting) look()
    },
    /** The first observation that fits, from `since` (an index) on. */
    until(fits: (observation: Observation) => boolean, since = 0): Promise<Observation> {
      const { promise, resolve } = Promise.withResolvers<Observation>()
      const look = (): void => {
        const found = said.slice(since).find(fits)
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      return promise
    },
  }
}
