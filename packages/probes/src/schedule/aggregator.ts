import { beginRun, type Clock, extendRun, isSameAgain, type Outcome, outcomeOf, type Run } from '@portolan/core'

export interface Aggregator {
  add(outcome: Outcome): void
  /** Tells what is held back, at once. */
  flush(): void
}

/**
 * Thins outcomes out before they travel: failures, and the first ok after one, go on at once; further equal oks of one
 * plan are held back and reported as one run every `everyMs`. The order within a plan is kept.
 */
export function createAggregator(options: {
  clock: Clock
  everyMs: number
  onOutcome(outcome: Outcome): void
}): Aggregator {
  /** The plans whose last outcome was ok, with the oks held back since. */
  const fine = new Map<string, Run | null>()
  let cancel: (() => void) | null = null

  const release = (held: Run) => options.onOutcome(outcomeOf(held))

  function flush(): void {
    cancel?.()
    cancel = null
    for (const [plan, held] of fine) {
      if (held === null) {
        fine.delete(plan)
      } else {
        fine.set(plan, null)
        release(held)
      }
    }
  }

  function hold(plan: string, outcome: Outcome): void {
    fine.set(plan, beginRun(outcome))
    cancel ??= options.clock.after(options.everyMs, flush)
  }

  function add(outcome: Outcome): void {
    const plan = `${outcome.target}@${outcome.vantage}`
    const held = fine.get(plan)
    if (held && isSameAgain(held.first, outcome)) return extendRun(held, outcome)
    if (held) release(held)
    if (outcome.symptom !== 'ok') {
      fine.delete(plan)
      options.onOutcome(outcome)
    } else if (held === undefined) {
      fine.set(plan, null)
      options.onOutcome(outcome)
    } else {
      hold(plan, outcome)
    }
  }

  return { add, flush }
}
