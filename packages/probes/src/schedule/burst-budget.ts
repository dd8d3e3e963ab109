/** What the bursts of one prober share, so that many ports that are looked at closely together get no flood of probes. */
export interface BurstBudget {
  /** A burst that wants a probe every so many ms begins. @returns ends it; harmless when it has ended */
  enter(everyMs: number): () => void
  /** How many times longer than it wants each burst waits between its probes; 1 while all of them fit. */
  stretch(): number
}

/** Probes a second that all bursts start together: a dozen ports at full pace. */
const PROBES_A_SECOND = 500

export function createBurstBudget(): BurstBudget {
  const rates = new Map<symbol, number>()
  return {
    enter(everyMs) {
      const burst = Symbol()
      rates.set(burst, 1000 / everyMs)
      return () => void rates.delete(burst)
    },
    stretch() {
      const wanted = rates.values().reduce((sum, rate) => sum + rate, 0)
      return Math.max(1, wanted / PROBES_A_SECOND)
    },
  }
}
