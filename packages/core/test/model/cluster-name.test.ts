import { expect, test } from '@jest/globals'
import { isClusterName } from '../../src/model/cluster-name.ts'

test.each([
  ['kind', true],
  ['dev-2.example', true],
  ['0', true],
  ['a'.repeat(253), true],
  ['a'.repeat(254), false],
  ['', false],
  ['.', false],
  ['..', false],
  ['-a', false],
  ['A', false],
  ['a/b', false],
  ['a\n', false],
  ['a\u0000', false],
  ['ä', false],
])('%j', (name, expected) => expect(isClusterName(name)).toBe(expected))
