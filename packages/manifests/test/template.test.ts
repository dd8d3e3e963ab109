import { expect, test } from '@jest/globals'
import { isExpression } from '../src/template.ts'

test.each([
  ['{{ .a }}', true],
  ['{{ a', true],
  ['{% if a %}', true],
  ['{% {% a %}', true],
  ['{% a', false],
  ['{% a\n%}', false],
  ['{%}', false],
  ['a', false],
])('%j is an expression: %s', (text, expected) => {
  expect(isExpression(text)).toBe(expected)
})

test('an expression is looked for in a line of very many that have no end', () => {
  expect(isExpression('{%'.repeat(500_000))).toBe(false)
  expect(isExpression(`{% ${'a'.repeat(5_000_000)} %}`)).toBe(true)
})
