import type { EngineEvent } from './engine.ts'

/**
 * Which events were reported already: after a reconnect the engine repeats those from `since` on. Holds as many as Docker
 * remembers (moby, daemon/events: eventsLimit).
 */
export interface EventMemory {
  /** From when the engine's events are known; null before anything was. */
  readonly since: number | null
  /** All events before this were none of ours. */
  startAt(at: number | null): void
  /** False for one that was reported before. */
  isNew(event: EngineEvent): boolean
}

export function createEventMemory(): EventMemory {
  const told = new Set<string>()
  let since: number | null = null
  return {
    get since() {
      return since
    },
    startAt(at) {
      since ??= at
    },
    isNew(event) {
      const key = `${event.at} ${event.id} ${event.action}`
      if (told.has(key)) return false
      told.add(key)
      for (const oldest of told) {
        if (told.size <= LIMIT) break
        told.delete(oldest)
      }
      since = Math.max(since ?? 0, event.at)
      return true
    },
  }
}

const LIMIT = 256
