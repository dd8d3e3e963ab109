/** The part of a clock that waits. */
export interface TimerSource {
  /** Runs once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void
}
