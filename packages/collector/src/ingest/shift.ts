import { type Fact, type Observation, shiftedOutcome } from '@portolan/core'

/** A fact by the collector's clock. @param offsetMs how far that is ahead of the source's, whole ms */
export function shiftFact(fact: Fact, offsetMs: number): Fact {
  if (offsetMs === 0) return fact
  return { ...fact, at: fact.at + offsetMs, observed: shiftTimes(fact.observed, offsetMs) }
}

function shiftTimes(observed: Observation, offsetMs: number): Observation {
  switch (observed.kind) {
    case 'outcome':
      return { ...observed, outcome: shiftedOutcome(observed.outcome, offsetMs) }
    case 'gap':
      return { ...observed, from: observed.from + offsetMs, to: observed.to + offsetMs }
    default:
      return observed
  }
}
