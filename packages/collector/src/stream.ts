import type { Guard } from './guard.ts'
import type { TimelineEntry } from './store/store.ts'

/** Hands on what is stored to whoever listens now. */
export interface Stream {
  publish(entries: TimelineEntry[]): void
  /** @returns how to stop listening */
  subscribe(listener: (entries: TimelineEntry[]) => void): () => void
}

export function createStream(guard: Guard): Stream {
  const listeners = new Set<(entries: TimelineEntry[]) => void>()
  return {
    publish(entries) {
      if (entries.length === 0) return
      for (const listener of listeners) guard('stream', () => listener(entries))
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
