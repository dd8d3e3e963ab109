import type { Clock } from '@portolan/core'

/** Resolves after `ms`, or at once when `signal` aborts. */
export function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = (): void => resolve()
  const cancel = clock.after(ms, wake)
  signal.addEventListener('abort', wake, { once: true })
  if (signal.aborted) wake()
  return promise.finally(() => {
    cancel()
    signal.removeEventListener('abort', wake)
  })
}
