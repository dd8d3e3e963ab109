import type { TimerSource } from './timer-source.ts'

/** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
export async function pause(clock: TimerSource, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = () => resolve()
  const cancel = clock.after(Math.max(0, ms), wake)
  signal.addEventListener('abort', wake)
  await promise
  cancel()
  signal.removeEventListener('abort', wake)
}
