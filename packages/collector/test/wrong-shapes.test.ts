import { expect, test } from '@jest/globals'
import { createClusterState, type Fact, reduce } from '@portolan/core'
import { decodeFact, encodeFact } from '@portolan/wire'
import { createStory } from './story.ts'

const WRONG = [null, 7, true, 'x', '__proto__', [], [null], [7], ['x'], {}, { x: null }]

/** The value with one field, however deep, replaced or taken out: one after the other, each in each way. */
function* variants(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, one] of Object.entries(value)) {
    const put = (other: unknown) => (Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other })
    for (const wrong of WRONG) yield put(wrong)
    if (!Array.isArray(value)) yield put(undefined)
    for (const deeper of variants(one)) yield put(deeper)
  }
}

function story(): Fact[] {
  let now = 1_700_000_000_000
  const told = createStory('dev', () => (now += 500))
  return [
    ...told.found(),
    told.probed('ok'),
    ...told.moved(),
    told.probed('silent'),
    told.probed('silent'),
    told.fact('collector', { kind: 'tick' }),
  ]
}

/** How often the rules could not take it in. */
function faultsOf(facts: Fact[]): unknown[] {
  const state = createClusterState('dev', {})
  return facts.flatMap((fact) => reduce(state, fact)).flatMap((effect) => (effect.kind === 'fault' ? effect.error : []))
}

function decoded(observed: unknown, fact: Fact): Fact | null {
  try {
    return decodeFact(encodeFact({ ...fact, observed: observed as Fact['observed'] }))
  } catch {
    return null
  }
}

test('a fact of which one field has another shape is refused, or no rule fails with it', () => {
  const facts = story()
  expect(faultsOf(facts)).toEqual([])
  let refused = 0
  for (const [index, fact] of facts.entries()) {
    for (const observed of variants(fact.observed)) {
      const other = decoded(observed, fact)
      if (other === null) refused += 1
      else {
        const faults = faultsOf(facts.with(index, other)).map(String)
        expect({ observed, faults }).toEqual({ observed, faults: [] })
      }
    }
  }
  expect(refused).toBeGreaterThan(1000)
})
