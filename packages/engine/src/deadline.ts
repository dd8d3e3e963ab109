import type { Clock } from '@portolan/core'

/**
 * Runs with a signal that aborts at the deadline or with `parent`, and goes on to follow `parent` afterwards.
 *
 * @throws Error that names the deadline, where that was the cause
 */
export async function within<Result>(
  clock: Clock,
  ms: number,
  parent: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController()
  const cancel = clock.after(ms, () => late.abort(new Error(`gave no answer within ${ms / 1000} s`)))
  try {
    return await run(AbortSignal.any([parent, late.signal]))
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : error
  } finally {
    cancel()
  }
}

/** Waits, at most until the signal aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cancel = clock.after(ms, resolve)
  const giveUp = () => resolve()
  signal.addEventListener('abort', giveUp)
  if (signal.aborted) resolve()
  return promise.finally(() => {
    cancel()
    signal.removeEventListener('abort', giveUp)
  })
}
