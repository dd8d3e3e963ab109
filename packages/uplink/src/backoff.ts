const FIRST_MS = 250
const LONGEST_MS = 5000

/** How long to wait after failures in a row: twice as long after each, half of it by chance, so that many do not come at once. */
export interface Backoff {
  /** After one more failure, ms. */
  next(): number
  reset(): void
}

export function createBackoff(random: () => number): Backoff {
  let ms = FIRST_MS
  return {
    next() {
      const wait = ms * (0.5 + random() / 2)
      ms = Math.min(LONGEST_MS, ms * 2)
      return wait
    },
    reset() {
      ms = FIRST_MS
    },
  }
}
