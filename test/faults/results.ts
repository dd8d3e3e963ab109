import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Cause, Confidence } from '@portolan/core'
import type { GroundName } from './grounds.ts'
import type { Grade } from './judgement.ts'
import type { Judgements } from './lab.ts'
import type { Observer } from './observer.ts'

/** How one set of vantages did on one fault, as it is kept. */
export interface Result {
  grade: Grade
  /** What was said last; null: nothing. */
  last: { cause: Cause; confidence: Confidence; candidates: readonly Cause[] } | null
  wrong: readonly Cause[]
  seconds: number | null
  /** Processes that wanted a core, for each core, in the minute that ended with it. */
  load?: number
  /** How it did when the fault was made before, the first time first. */
  earlier?: readonly Grade[]
}

/** By the set of vantages. */
export type FaultResults = Partial<Record<Observer['name'], Result>>

/** By what the faults are made on, and by their names. */
export type Results = Partial<Record<GroundName | 'practice', Record<string, FaultResults>>>

const FILE = join(import.meta.dirname, 'results.json')

export function readResults(): Results {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Results) : {}
}

export function writeResults(results: Results): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
}

/** @param before what is kept of the fault so far */
export function resultsOf(judgements: Judgements, before: FaultResults = {}): FaultResults {
  const load = rounded((loadavg()[0] ?? 0) / availableParallelism())
  const kept = [...judgements].map(([set, { grade, last, wrong, seconds }]): [Observer['name'], Result] => {
    const said = last === null ? null : pick(last)
    const { [set]: previous } = before
    const earlier = previous === undefined ? [] : [...(previous.earlier ?? []), previous.grade]
    return [set, { grade, last: said, wrong, seconds: seconds === null ? null : rounded(seconds), load, earlier }]
  })
  return Object.fromEntries(kept)
}

const rounded = (value: number) => Math.round(value * 10) / 10

function pick({ cause, confidence, candidates }: NonNullable<Result['last']>): NonNullable<Result['last']> {
  return { cause, confidence, candidates }
}
