import type { TimerSource } from './timer-source.ts'

/**
 * Runs with a signal that aborts after `ms` or with `parent`, and follows `parent` alone afterwards.
 *
 * @throws Error that names the deadline when the deadline was the cause, or what `run` rejects with
 */
export async function within<Result>(
  clock: TimerSource,
  ms: number,
  parent: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController()
  const cancel = clock.after(ms, () => late.abort(new Error(`no answer within ${ms / 1000} s`)))
  try {
    return await run(AbortSignal.any([parent, late.signal]))
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : error
  } finally {
    cancel()
  }
}
