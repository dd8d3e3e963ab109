/** What the parts around core need of the world, as the smallest types: programs hand in the real ones. */

export interface Clock {
  /** Wall clock, ms since the epoch. */
  now(): number
  /** A clock that never jumps, ms with fractions; for durations and schedules. */
  monotonic(): number
  /** Runs once after `ms`, without keeping the process alive; the answer cancels it. */
  after(ms: number, run: () => void): () => void
}

/** A pino logger fits. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
