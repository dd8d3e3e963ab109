import { expect, test } from '@jest/globals'
import { clockText } from '../src/index.ts'

test('a time of day is shown to the second, in local time', () => {
  expect(clockText(new Date(2026, 10, 25, 3, 4, 5, 999).getTime())).toBe('03:04:05')
})
