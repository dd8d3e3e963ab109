import { describe, expect, test } from '@jest/globals'
import { reduce } from '@portolan/core'
import { commandOf, LONGEST_RUN, runsOf } from '../src/simulate-for.ts'
import { simulate } from '../src/simulate.ts'
import { aVerdictAgainstItsEvidence, effectsLostByAThrow, movesOneStepLate, type Planted } from './planted-faults.ts'

/** A busy machine takes many times what an idle one does. */
const PATIENCE_MS = 300_000

describe('a thousand minutes', () => {
  test.each(runsOf(1, 1000).map((run) => [commandOf(run), run] as const))(
    '%s breaks no promise',
    async (_, run) => {
      const { breach } = await simulate(run, reduce)
      expect(breach).toBeNull()
    },
    PATIENCE_MS,
  )
})

test('the same seed leads to the same facts, to the last one', async () => {
  const run = { seed: 7, minutes: 10 }
  const [one, other] = [await simulate(run, reduce), await simulate(run, reduce)]
  expect(JSON.stringify([...one.facts].map(([, facts]) => facts.map(withoutIds)))).toBe(
    JSON.stringify([...other.facts].map(([, facts]) => facts.map(withoutIds))),
  )
})

/** The engine of JavaScript gives the collector its name, which no fact holds. */
const withoutIds = ({ observed, receivedAt }: { observed: object; receivedAt: number }) => ({ observed, receivedAt })

describe('a fault of old that is planted again is found within four hours of simulated time', () => {
  test.each<[string, () => Planted, string]>([
    ['moves that are told one step late', movesOneStepLate, 'aMoveIsToldWhenThePodComes'],
    ['effects that are lost by a throw', effectsLostByAThrow, 'theProbesAreThoseThatTheStateAsksFor'],
    [
      'a verdict against its evidence',
      aVerdictAgainstItsEvidence,
      'aProvenOrLikelyVerdictNeverContradictsWhatHappened',
    ],
  ])(
    '%s',
    async (_, plant, invariant) => {
      let found: string | undefined
      for (const run of runsOf(2, 4 * LONGEST_RUN)) {
        found = (await simulate(run, plant())).breach?.invariant
        if (found !== undefined) break
      }
      expect(found).toBe(invariant)
    },
    PATIENCE_MS,
  )
})
