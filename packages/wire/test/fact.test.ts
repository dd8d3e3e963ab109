import { expect, test } from '@jest/globals'
import { decodeFact, encodeFact } from '../src/fact.ts'
import { fact } from './examples.ts'

test('a fact comes back as it was', () => {
  expect(decodeFact(encodeFact(fact))).toEqual(fact)
})

test('a fact is one line', () => {
  expect(encodeFact(fact)).not.toContain('\n')
})

test.each([
  ['no JSON', '{'],
  ['another document', '{"targets":[]}'],
  ['an observation that nobody knows', encodeFact(fact).replace('vantages', 'horoscope')],
])('%s is refused', (_, text) => expect(() => decodeFact(text)).toThrow())

test.each(['cluster', 'source', 'boot', 'sequence', 'at', 'receivedAt', 'observed'])(
  'a fact without %s is refused, by name',
  (key) => {
    const { [key as keyof typeof fact]: _, ...rest } = fact
    expect(() => decodeFact(JSON.stringify(rest))).toThrow(key)
  },
)
