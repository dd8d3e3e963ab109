import { expect, test } from '@jest/globals'
import { temporaryFolder } from '@portolan/testing'
import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { createClusterState, type Fact } from '@portolan/core'
import { decodeFact } from '@portolan/wire'
import { shrinkList } from '../src/shrink.ts'
import { keepBreach } from '../src/simulate-for.ts'
import { simulate } from '../src/simulate.ts'
import { aVerdictAgainstItsEvidence } from './planted-faults.ts'

test('of a list no more is left than what it takes', async () => {
  const list = Array.from({ length: 100 }, (_, index) => index)
  const left = await shrinkList(list, async (some) => some.includes(17) && some.includes(83))
  expect(left).toEqual([17, 83])
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
