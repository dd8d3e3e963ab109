import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Fact, reduce, Settings } from '@portolan/core'
import { encodeFact } from '@portolan/wire'
import { shrinkFacts, shrinkSchedule } from './shrink.ts'
import type { Run, RunResult } from './run.ts'
import { simulate } from './simulate.ts'

/** The longest run of one seed, minutes: what breaks is repeated within so long. */
export const LONGEST_RUN = 60

/** As many runs as it takes, one seed after another. */
export function runsOf(seed: number, minutes: number): Run[] {
  const count = Math.ceil(minutes / LONGEST_RUN)
  return Array.from({ length: count }, (_, index) => ({
    seed: seed + index,
    minutes: Math.min(LONGEST_RUN, minutes - index * LONGEST_RUN),
  }))
}

/** The command that repeats a run. */
export function commandOf({ seed, minutes }: Run): string {
  return `npx -y pnpm@12.21.0 simulate --seed ${seed} --minutes ${minutes}`
}

/** Simulates until the time is over. @param onRun called after each run @returns how many broke a promise */
export async function simulateFor(
  runs: readonly Run[],
  decide: typeof reduce,
  onRun: (run: Run, result: RunResult) => Promise<void> | void,
): Promise<number> {
  let broken = 0
  for (const run of runs) {
    const result = await simulate(run, decide)
    if (result.breach !== null) broken += 1
    await onRun(run, result)
  }
  return broken
}

/**
 * Makes what broke a promise small, and a recording of it that `portolan replay` reads.
 *
 * @returns the file, where core alone shows it, and how many deeds and facts are left
 */
export async function keepBreach(
  run: Run,
  result: RunResult,
  decide: typeof reduce,
  folder: string,
): Promise<{ file: string | null; deeds: number; facts: number }> {
  const shrunk = await shrinkSchedule(run, result, decide)
  const { breach, settings, schedule } = shrunk
  const cluster = breach?.cluster ?? null
  const facts = cluster === null ? undefined : shrunk.facts.get(cluster)
  if (breach === null || cluster === null || facts === undefined || breach.change === null)
    return { file: null, deeds: schedule.length, facts: 0 }
  const few = await shrinkFacts(facts, breach, settings, decide)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `simulated-${run.seed}.ndjson.gz`)
  writeFileSync(file, recordingOf(cluster, few, settings))
  return { file, deeds: schedule.length, facts: few.length }
}

/** As `portolan record` writes one. */
function recordingOf(cluster: string, facts: readonly Fact[], settings: Partial<Settings>): Buffer {
  const recordedAt = new Date(facts[0]?.receivedAt ?? 0).toISOString()
  const header = { portolan: 'recording', version: 1, recordedAt, settings: { [cluster]: settings }, anonymised: false }
  return gzipSync([JSON.stringify(header), ...facts.map(encodeFact), ''].join('\n'))
}
