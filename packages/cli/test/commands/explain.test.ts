import { expect, test } from '@jest/globals'
import { exitCodeOf } from '../../src/commands/explain.ts'

test.each([
  ['up', 0],
  ['unknown', 0],
  ['down', 1],
  ['flapping', 1],
  ['broken', 1],
] as const)('explain of a port or route that is %s ends with %i, as why does of one that fails', (state, code) => {
  expect(exitCodeOf(state)).toBe(code)
})
