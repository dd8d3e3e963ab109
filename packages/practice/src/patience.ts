import { EventEmitter } from 'node:events'

/** Waits for conditions on a cluster that says when it has changed. */
export interface Patience {
  changed(): void
  /** When the condition holds: looked at now and after every change. Rejects when the signal aborts. */
  until(condition: () => boolean, signal?: AbortSignal): Promise<void>
}

export function createPatience(): Patience {
  const happenings = new EventEmitter<{ change: [] }>().setMaxListeners(0)
  return {
    changed: () => void happenings.emit('change'),
    async until(condition, signal) {
      signal?.throwIfAborted()
      if (condition()) return
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const look = () => {
        if (condition()) resolve()
      }
      const abort = () => reject(signal?.reason as Error)
      happenings.on('change', look)
      signal?.addEventListener('abort', abort)
      await promise.finally(() => {
        happenings.off('change', look)
        signal?.removeEventListener('abort', abort)
      })
    },
  }
}
