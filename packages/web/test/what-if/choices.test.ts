import { expect, test } from '@jest/globals'
import { choiceName, readChoice, writeChoice } from '../../page/what-if/choices.ts'

test.each([
  ['node:dev/dev-worker', 'a drain of worker'],
  ['pod:dev/shop/web-1', 'the eviction of pod shop/web-1'],
])('%s says the same both ways', (text, name) => {
  const choice = readChoice(text)
  if (choice === null) throw new Error('it cannot be read')
  expect(writeChoice(choice)).toBe(text)
  expect(choiceName(choice)).toBe(name)
})

test.each([null, '', 'node:', 'node:dev', 'pod:dev/web-1', 'pod:dev/a/b/c', 'rack:dev/7'])(
  '%s is no choice',
  (text) => {
    expect(readChoice(text)).toBeNull()
  },
)
