import type { Clock, EchoCount, Outcome } from '@portolan/core'

export interface Aggregator {
  add(outcome: Outcome): void
  /** Tells what is held back, at once. */
  flush(): void
}

interface Held {
  first: Outcome
  count: number
  until: number
  durationsMs: number[]
  echo: EchoCount | undefined
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
  const fine = new Map<string, Held | null>()
  let cancel: (() => void) | null = null

  function release(held: Held): void {
    const { first, count, until, durationsMs, echo } = held
    if (count === 1) return options.onOutcome(first)
    options.onOutcome({ ...first, ...(echo && { echo }), run: { count, until, durationsMs } })
  }

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
    fine.set(plan, {
      first: outcome,
      count: 1,
      until: outcome.startedAt,
      durationsMs: [outcome.durationMs],
      echo: outcome.echo,
    })
    cancel ??= options.clock.after(options.everyMs, flush)
  }

  function add(outcome: Outcome): void {
    const plan = `${outcome.target}@${outcome.vantage}`
    const held = fine.get(plan)
    if (held && equal(held.first, outcome)) {
      held.count += 1
      held.until = Math.max(held.until, outcome.startedAt)
      held.durationsMs.push(outcome.durationMs)
      held.echo = sum(held.echo, outcome.echo)
      return
    }
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

function equal(a: Outcome, b: Outcome): boolean {
  return (
    a.symptom === b.symptom &&
    a.protocol === b.protocol &&
    a.status === b.status &&
    a.burst === b.burst &&
    a.timeoutMs === b.timeoutMs &&
    a.kept === b.kept &&
    a.detail === b.detail &&
    JSON.stringify(a.answer) === JSON.stringify(b.answer)
  )
}

function sum(a: EchoCount | undefined, b: EchoCount | undefined): EchoCount | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return {
    sent: a.sent + b.sent,
    lost: a.lost + b.lost,
    duplicated: a.duplicated + b.duplicated,
    reordered: a.reordered + b.reordered,
    keptSent: a.keptSent + b.keptSent,
    keptLost: a.keptLost + b.keptLost,
  }
}
