import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@portolan/collector'
import { type Change, createClusterState, readTargets, reduce } from '@portolan/core'
import { createStory, TARGET } from '../packages/collector/test/story.ts'

/** Facts through core, and changes into SQLite: how many a second one process takes in. */
const OUTCOMES_GOAL = 200_000
const CHANGES_GOAL = 20_000
/** As the aggregator tells equal answers together. */
const RUN = 10
const FACTS = 200_000
const CHANGES = 100_000
/** What the collector gathers into one transaction while much happens. */
const BATCH = 500

function tell(what: string, goal: number, measured: number): void {
  const rounded = Math.round(measured).toLocaleString('en')
  console.log(
    `${what}: ${rounded} a second (goal ${goal.toLocaleString('en')}: ${measured >= goal ? 'reached' : 'missed'})`,
  )
  if (measured < goal) process.exitCode = 1
}

function measureCore(): void {
  let now = 1_700_000_000_000
  const story = createStory('dev', () => now)
  const state = createClusterState('dev')
  for (const fact of story.found()) reduce(state, fact)
  const facts = Array.from({ length: FACTS }, () => {
    now += 1000
    const durationsMs = Array.from({ length: RUN }, () => 2)
    return story.probed('ok', { run: { count: RUN, until: now, durationsMs } })
  })
  const begun = performance.now()
  for (const fact of facts) reduce(state, fact)
  const seconds = (performance.now() - begun) / 1000
  const answered = readTargets(state)[0]?.answered
  if (answered !== FACTS * RUN) throw new Error(`core counted ${answered} outcomes of ${FACTS * RUN}`)
  tell(`outcomes through core, in runs of ${RUN}`, OUTCOMES_GOAL, answered / seconds)
}

async function measureStore(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
  const store = await openStore(join(folder, 'store.db'))
  const change = (at: number): Change => ({
    type: 'target.state',
    at,
    cluster: 'dev',
    target: TARGET,
    state: 'down',
    previous: 'up',
    symptom: 'silent',
    vantages: { 'host/loopback4': 'silent', 'host/node-address': 'connect_timeout' },
  })
  const begun = performance.now()
  for (let first = 0; first < CHANGES; first += BATCH) {
    await store.write({ changes: Array.from({ length: BATCH }, (_, index) => change(first + index)) })
  }
  const seconds = (performance.now() - begun) / 1000
  store.close()
  rmSync(folder, { recursive: true })
  tell(`changes into SQLite, ${BATCH} a transaction`, CHANGES_GOAL, CHANGES / seconds)
}

measureCore()
await measureStore()
