import type { RestartReason } from './failure.ts'

/**
 * How long to wait before attempt n (from 0): 0.25 s, doubled each time up to 5 s, of which the upper half is random,
 * so that the watches of a cluster do not all come back in the same moment. A permission that is missing is rarely
 * given within a minute; the first attempts are quick all the same, for an API server that starts answers 403 for some
 * seconds.
 *
 * @returns ms
 */
export function backoff(attempt: number, reason: RestartReason, random: () => number): number {
  return jittered(Math.min(250 * 2 ** attempt, reason === 'forbidden' ? 60_000 : 5000), random)
}

/** Between half of `ms` and all of it. */
export function jittered(ms: number, random: () => number): number {
  return (ms / 2) * (1 + random())
}
