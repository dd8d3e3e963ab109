import type { Change, Fact, reduce, Settings } from '@portolan/core'
import { replayFacts } from './replay-facts.ts'
import type { Breach, Run, RunResult } from './run.ts'
import { simulate } from './simulate.ts'

/** So many runs at most to make a schedule shorter. */
const MOST_RUNS = 40

/** Fewer deeds that lead to the same breach. */
export async function shrinkSchedule(run: Run, result: RunResult, decide: typeof reduce): Promise<RunResult> {
  const { breach } = result
  if (breach === null) return result
  let shortest = result
  let runs = 0
  await shrinkList(
    result.schedule.filter(({ at }) => at <= breach.at),
    async (schedule) => {
      if (runs++ >= MOST_RUNS) return false
      const again = await simulate({ ...run, schedule }, decide)
      if (again.breach?.invariant !== breach.invariant || !isAlike(again.breach.change, breach.change)) return false
      shortest = again
      return true
    },
  )
  return shortest
}

/** Fewer facts of one cluster through which core still says what broke the promise. Those that are left are in their order. */
export async function shrinkFacts(
  facts: readonly Fact[],
  { change }: Breach,
  settings: Partial<Settings>,
  decide: typeof reduce,
): Promise<readonly Fact[]> {
  if (change === null) return facts
  const says = (some: readonly Fact[]) =>
    replayFacts(some, settings, decide).some((one) => one.type === change.type && isAlike(one, change))
  // Clocks are set back: the order of the facts alone shows what came before it.
  const until = facts.slice(0, howManySay(facts, change, settings, decide))
  return until.length > 0 ? shrinkList(until, async (some) => says(some)) : facts
}

/** How many of the first facts it takes until it is said at that very moment, the last time that it is; 0: it is not said. */
function howManySay(
  facts: readonly Fact[],
  change: Change,
  settings: Partial<Settings>,
  decide: typeof reduce,
): number {
  let taken = 0
  let saidAfter = 0
  const counted: typeof reduce = (state, fact) => {
    const effects = decide(state, fact)
    taken += 1
    const isIt = (one: Change) => one.type === change.type && one.at === change.at && isAlike(one, change)
    if (effects.some((effect) => effect.kind === 'announce' && isIt(effect.change))) saidAfter = taken
    return effects
  }
  replayFacts(facts, settings, counted)
  return saidAfter
}

/** It says the same of the same port or workload, be it at another time. */
function isAlike(one: Change | null, other: Change | null): boolean {
  if (one === null || other === null) return one === other
  if ('incident' in one && 'incident' in other) {
    const [said, wanted] = [one.incident, other.incident]
    return said.target === wanted.target && said.cause === wanted.cause && said.confidence === wanted.confidence
  }
  return one.type === other.type
}

/**
 * Delta debugging: leaves out ever smaller pieces for as long as it holds for what is left.
 *
 * Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input".
 */
export async function shrinkList<T>(
  list: readonly T[],
  holds: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let left = list
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < left.length; ) {
      const without = [...left.slice(0, from), ...left.slice(from + size)]
      if (without.length < left.length && (await holds(without))) left = without
      else from += size
    }
  }
  return left
}
