import { expect, test } from '@jest/globals'
import { quantityOf } from '../../src/trim/quantity.ts'
import { manifestsOf } from '../source-of.ts'

test.each([
  ['500m', 0.5],
  ['2', 2],
  ['1Gi', 2 ** 30],
  ['1.5G', 1.5e9],
  ['1e3', 1000],
  ['128974848', 128974848],
  ['much', 0],
  ['1Zi', 0],
  ['1.', 1],
  ['.5', 0.5],
])('%s is %d', (text, expected) => {
  expect(quantityOf(text)).toBe(expected)
})

test('a very long number is no quantity', () => {
  expect(quantityOf(`${'1'.repeat(500_000)}!`)).toBe(0)
})

test('a pod asks for what its containers ask for, and for a limit where nothing else is set', () => {
  const containers =
    '[{name: a, resources: {requests: {cpu: 500m}}}, {name: b, resources: {limits: {cpu: 1, memory: 1Mi}}}]'
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: ${containers}}\n`
  expect(manifestsOf(text).pods[0]?.placement.requests).toEqual({ cpu: 1.5, memory: 2 ** 20 })
})
