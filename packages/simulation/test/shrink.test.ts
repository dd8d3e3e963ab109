import { expect, test } from '@jest/globals'
import { temporaryFolder } from '@portolan/testing'
import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { createClusterState, type Fact, type reduce } from '@portolan/core'
import { decodeFact } from '@portolan/wire'
import { shrinkFacts, shrinkList } from '../src/shrink.ts'
import { keepBreach } from '../src/simulate-for.ts'
import { simulate } from '../src/simulate.ts'
import { aVerdictAgainstItsEvidence } from './planted-faults.ts'

test('of a list no more is left than what it takes', async () => {
  const list = Array.from({ length: 100 }, (_, index) => index)
  const left = await shrinkList(list, async (some) => some.includes(17) && some.includes(83))
  expect(left).toEqual([17, 83])
})

test('of facts between which the clock was set back those are left that it takes, whatever their times', async () => {
  const facts = [100, 110, 120, 50, 60].map((receivedAt, index): Fact => {
    const observed = { kind: 'clock', byMs: index } as const
    return { cluster: 'c', source: 's', boot: 'b', sequence: index + 1, at: receivedAt, receivedAt, observed }
  })
  const gap = { type: 'gap', cluster: 'c', from: 0, to: 0, reason: '' } as const
  const begun = new WeakSet<object>()
  const decide: typeof reduce = (state, { sequence, receivedAt }) => {
    if (sequence === 1) begun.add(state)
    return sequence === 5 && begun.has(state) ? [{ kind: 'announce', change: { ...gap, at: receivedAt } }] : []
  }
  const breach = { invariant: 'x', at: 60, text: '', cluster: 'c', change: { ...gap, at: 60 } }
  const few = await shrinkFacts(facts, breach, {}, decide)
  expect(few.map(({ sequence }) => sequence)).toEqual([1, 5])
})

const folder = temporaryFolder()

test('a breach becomes a recording of few facts that shows the same', async () => {
  const run = { seed: 2, minutes: 60 }
  const decide = aVerdictAgainstItsEvidence()
  const result = await simulate(run, decide)
  const kept = await keepBreach(run, result, decide, folder(''))
  expect(kept.deeds).toBeLessThan(5)
  expect(kept.facts).toBeLessThan(60)
  const [header, ...lines] = gunzipSync(readFileSync(kept.file ?? ''))
    .toString()
    .trim()
    .split('\n')
  expect(JSON.parse(header ?? '')).toMatchObject({ portolan: 'recording', version: 1 })
  const state = createClusterState('sim1', result.settings)
  const said = lines
    .map((line): Fact => decodeFact(line))
    .flatMap((fact) => decide(state, fact))
    .flatMap((effect) =>
      effect.kind === 'announce' && 'incident' in effect.change ? [effect.change.incident.cause] : [],
    )
  expect(said).toContain('cross_node')
}, 300_000)
