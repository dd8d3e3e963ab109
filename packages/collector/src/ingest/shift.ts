import type { Observation } from '@portolan/core'

/** The times in what was observed by the collector's clock. @param offsetMs how far that is ahead of the source's */
export function shiftTimes(observed: Observation, offsetMs: number): Observation {
  if (offsetMs === 0) return observed
  switch (observed.kind) {
    case 'outcome': {
      const { outcome } = observed
      const run = outcome.run === undefined ? {} : { run: { ...outcome.run, until: outcome.run.until + offsetMs } }
      return { ...observed, outcome: { ...outcome, startedAt: outcome.startedAt + offsetMs, ...run } }
    }
    case 'gap':
      return { ...observed, from: observed.from + offsetMs, to: observed.to + offsetMs }
    default:
      return observed
  }
}
