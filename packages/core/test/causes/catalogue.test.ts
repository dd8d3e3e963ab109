import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { CAUSES, RULES, renderCatalogue } from '../../src/index.ts'

test('docs/causes.md is what the rules say now (node docs/write.ts)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../../docs/causes.md'), 'utf8')).toBe(renderCatalogue())
})

test('every cause of the closed list has one place where it is told', () => {
  const told = renderCatalogue()
    .split('\n')
    .flatMap((line) => /^### (\w+)$/.exec(line)?.[1] ?? [])
  expect(told.toSorted()).toEqual([...CAUSES].sort())
})

test('every rule has a cause of its own from the closed list', () => {
  const causes = RULES.map((rule) => rule.cause)
  expect(new Set(causes).size).toBe(causes.length)
  expect(causes.every((cause) => CAUSES.includes(cause))).toBe(true)
})
