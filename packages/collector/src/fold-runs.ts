import {
  beginRun,
  extendRun,
  type Fact,
  isReachable,
  isSameAgain,
  type Outcome,
  outcomeOf,
  type Run,
} from '@portolan/core'

/** Makes fewer facts of those that say the same again and again. */
export interface Folding {
  take(fact: Fact): void
  /** What is held back is kept at once: of one cluster, or of all. */
  release(cluster?: string): void
}

/** The first ones of a kind are kept singly: they open incidents, close them, and change their verdicts. */
const SINGLY = 10
/** So long a run of answers may grow, ms; one of failures no longer than what a verdict takes for fresh. */
export const ANSWERS_MS = 60_000
const FAILURES_MS = 10_000
/** Long runs would be long to read. */
const MOST_IN_RUN = 100
/** A plan that is probed less often than this writes little, ms. */
const SELDOM_MS = 5000
const FORGOTTEN_MS = 60_000

interface Plan {
  last: Outcome
  /** How many in a row were like the last one. */
  streak: number
  held: { run: Run; fact: Fact; since: number } | null
}

interface Folded {
  plans: Map<string, Plan>
  /** The newest receipt. */
  heardAt: number
  sequence: number
}

/**
 * Outcomes of one plan that are alike are kept as one run, for as long as nothing else is heard of the cluster but more of
 * the kind, and that time passes. What is new, such as an object or the first answer after failures, is kept at once, after
 * all that came before it. Runs are a stream of their own, with its own numbers, for they come later than what was heard
 * meanwhile.
 */
export function createFolding(keep: (fact: Fact) => void): Folding {
  const clusters = new Map<string, Folded>()

  function foldedOf(name: string): Folded {
    return clusters.getOrInsertComputed(name, () => ({ plans: new Map(), heardAt: 0, sequence: 0 }))
  }

  function releasePlan(folded: Folded, plan: Plan): void {
    if (plan.held === null) return
    const { run, fact } = plan.held
    plan.held = null
    folded.sequence += 1
    keep({
      ...fact,
      boot: `${fact.boot}~`,
      sequence: folded.sequence,
      receivedAt: Math.max(fact.receivedAt, folded.heardAt),
      observed: { kind: 'outcome', outcome: outcomeOf(run) },
    })
  }

  function releaseAll(folded: Folded): void {
    for (const plan of folded.plans.values()) releasePlan(folded, plan)
  }

  function releaseOld(folded: Folded): void {
    for (const [name, plan] of folded.plans) {
      if (plan.held !== null && isLong(plan.held, folded.heardAt)) releasePlan(folded, plan)
      const { startedAt, run } = plan.last
      if (plan.held === null && folded.heardAt - (run?.until ?? startedAt) > FORGOTTEN_MS) folded.plans.delete(name)
    }
  }

  function takeOutcome(folded: Folded, fact: Fact, outcome: Outcome): void {
    const name = `${fact.source} ${fact.boot} ${outcome.target}@${outcome.vantage}`
    const plan = folded.plans.get(name)
    if (plan === undefined || !isSameAgain(plan.last, outcome)) {
      if (plan !== undefined && isReachable(plan.last.symptom) !== isReachable(outcome.symptom)) releaseAll(folded)
      else if (plan !== undefined) releasePlan(folded, plan)
      folded.plans.set(name, { last: outcome, streak: 1, held: null })
      return keep(fact)
    }
    const isSeldom = outcome.startedAt - (plan.last.run?.until ?? plan.last.startedAt) > SELDOM_MS
    plan.last = outcome
    plan.streak += 1
    if (plan.streak <= SINGLY || isSeldom || outcome.burst) {
      releasePlan(folded, plan)
      return keep(fact)
    }
    if (plan.held === null) plan.held = { run: beginRun(outcome), fact, since: fact.receivedAt }
    else {
      extendRun(plan.held.run, outcome)
      plan.held.fact = fact
    }
    if (isLong(plan.held, fact.receivedAt)) releasePlan(folded, plan)
  }

  return {
    take(fact) {
      const folded = foldedOf(fact.cluster)
      folded.heardAt = fact.receivedAt
      // Sources elsewhere number what they send, and each number is acknowledged once it is stored.
      if (fact.observed.kind === 'outcome')
        return fact.source.includes('/') ? keep(fact) : takeOutcome(folded, fact, fact.observed.outcome)
      if (fact.observed.kind === 'tick') releaseOld(folded)
      else releaseAll(folded)
      keep(fact)
    },
    release(cluster) {
      if (cluster === undefined) for (const folded of clusters.values()) releaseAll(folded)
      else if (clusters.has(cluster)) releaseAll(foldedOf(cluster))
    },
  }
}

function isLong({ run, since }: NonNullable<Plan['held']>, at: number): boolean {
  const longest = isReachable(run.first.symptom) ? ANSWERS_MS : FAILURES_MS
  return at - since >= longest || run.count >= MOST_IN_RUN
}
