import type { Clock } from '@portolan/core'
import { Failure } from './failure.ts'

/** The server ends each watch after this long, so a living one is never silent for longer. */
export const WATCH_SECONDS = 30

/** Longer silence than this means that the API server, or the way to it, hangs. */
const SILENCE_MS = (WATCH_SECONDS + 10) * 1000

/**
 * Runs a request that calls `heard` at each word from the server; ends it when the words cease.
 *
 * @throws Failure silent, or whatever `run` rejects with
 */
export async function listening<T>(
  clock: Clock,
  server: string,
  stop: AbortSignal,
  run: (signal: AbortSignal, heard: () => void) => Promise<T>,
): Promise<T> {
  const silence = new AbortController()
  let last = clock.monotonic()
  let cancel = clock.after(SILENCE_MS, look)
  function look(): void {
    const left = last + SILENCE_MS - clock.monotonic()
    if (left > 0) cancel = clock.after(left, look)
    else silence.abort()
  }
  try {
    return await run(AbortSignal.any([stop, silence.signal]), () => void (last = clock.monotonic()))
  } catch (error) {
    if (silence.signal.aborted) throw new Failure('silent', `no answer for ${SILENCE_MS / 1000} s at ${server}`, error)
    throw error
  } finally {
    cancel()
  }
}
