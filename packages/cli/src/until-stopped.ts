import type { Clock } from '@portolan/core'
import { askToLeave, isReaderGone } from './guard-process.ts'

/**
 * Resolves when the time is over (false), or when a person or the system asks to stop or nobody reads any more (true).
 * A second signal ends the process at once.
 *
 * @param forMs null: only a signal ends it
 */
export function untilStopped(clock: Clock, forMs: number | null): { promise: Promise<boolean>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  let asked = false
  const onSignal = () => {
    if (asked) process.exit(130)
    asked = true
    askToLeave()
    resolve(true)
  }
  const onError = (error: Error) => {
    if (isReaderGone(error)) resolve(true)
  }
  process.stdout.on('error', onError)
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // Everything else may be unref'ed; this keeps the process there until it is asked to leave.
  const alive = setInterval(() => {}, 1 << 30)
  const cancelTimer = forMs === null ? () => {} : clock.after(forMs, () => resolve(false))
  return {
    promise,
    cancel() {
      cancelTimer()
      clearInterval(alive)
      process.stdout.off('error', onError)
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
