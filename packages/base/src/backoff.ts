const FIRST_MS = 250

/**
 * How long to wait before attempt n (from 0): 0.25 s, doubled each time up to `mostMs`, of which the upper half is random
 * so that many who failed together do not come back together.
 *
 * @param random from 0 to below 1
 * @returns ms
 */
export function backoff(attempt: number, mostMs: number, random: () => number): number {
  return jittered(Math.min(FIRST_MS * 2 ** attempt, mostMs), random)
}

/** Between half of `ms` and all of it. */
export function jittered(ms: number, random: () => number): number {
  return (ms / 2) * (1 + random())
}
