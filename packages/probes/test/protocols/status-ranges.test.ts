import { expect, test } from '@jest/globals'
import { statusIsExpected } from '../../src/protocols/status-ranges.ts'

test.each([
  [499, undefined, true],
  [500, undefined, false],
  [200, '200', true],
  [201, '200', false],
  [299, '2xx', true],
  [300, '2xx', false],
  [399, '200-399', true],
  [400, '200-399', false],
  [404, '2xx, 404', true],
  [503, '2xx-5xx', true],
  [200, 'nonsense', false],
])('the status %i is expected by %s: %s', (status, ranges, expected) => {
  expect(statusIsExpected(status, ranges)).toBe(expected)
})
