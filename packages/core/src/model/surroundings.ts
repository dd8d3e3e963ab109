/** What the parts around core need of the world, as the smallest types: programs hand in the real ones. */

export interface Clock {
  /** Wall clock, whole ms since the epoch. Where there is an `onSet` it goes back only where that says so. */
  now(): number
  /** A clock that never jumps, ms with fractions; for durations and schedules. */
  monotonic(): number
  /** Runs once after `ms`, without keeping the process alive; the answer cancels it. */
  after(ms: number, run: () => void): () => void
  /**
   * Calls back when the wall clock was set, by how many whole ms, before `now` answers by the new time; the answer ends
   * that. Absent where nobody sets the clock.
   */
  onSet?(listener: (byMs: number) => void): () => void
}

/** A pino logger fits. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
