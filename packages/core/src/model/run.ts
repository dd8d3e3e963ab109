import type { EchoCount, Outcome } from './outcome.ts'

/** Outcomes of one plan that are alike but for their times, to be reported as one. */
export interface Run {
  first: Outcome
  count: number
  /** Start of the last one, ms since the epoch. */
  until: number
  /** How long each took, in their order. */
  durationsMs: number[]
  echo: EchoCount | undefined
}

export function beginRun(first: Outcome): Run {
  const { run, startedAt, durationMs, echo } = first
  return {
    first,
    count: run?.count ?? 1,
    until: run?.until ?? startedAt,
    durationsMs: [...(run?.durationsMs ?? [durationMs])],
    echo,
  }
}

/** @param outcome one that is like those before it */
export function extendRun(run: Run, outcome: Outcome): void {
  const { count = 1, until = outcome.startedAt, durationsMs = [outcome.durationMs] } = outcome.run ?? {}
  run.count += count
  run.until = Math.max(run.until, until)
  run.durationsMs.push(...durationsMs)
  run.echo = sum(run.echo, outcome.echo)
}

/** The outcome itself where there was only one. */
export function outcomeOf({ first, count, until, durationsMs, echo }: Run): Outcome {
  return count === 1 ? first : { ...first, ...(echo && { echo }), run: { count, until, durationsMs } }
}

/** Whether two outcomes of one plan say the same, but for when and how fast. */
export function isSameAgain(a: Outcome, b: Outcome): boolean {
  return (
    a.symptom === b.symptom &&
    a.protocol === b.protocol &&
    a.status === b.status &&
    a.burst === b.burst &&
    a.timeoutMs === b.timeoutMs &&
    a.failedIn === b.failedIn &&
    a.kept === b.kept &&
    a.detail === b.detail &&
    a.excerpt === b.excerpt &&
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
