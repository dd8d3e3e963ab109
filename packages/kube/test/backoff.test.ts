import { describe, expect, test } from '@jest/globals'
import { backoff } from '../src/backoff.ts'

const none = (): number => 0
const nearlyAll = (): number => 0.999_999

describe('the wait before another attempt', () => {
  test.each([
    ['the first', 0, 'unreachable', 125, 250],
    ['the third', 2, 'unreachable', 500, 1000],
    ['the tenth', 9, 'unreachable', 2500, 5000],
    ['the thousandth', 999, 'unreachable', 2500, 5000],
    ['the first without permission', 0, 'forbidden', 125, 250],
    ['the tenth without permission', 9, 'forbidden', 30_000, 60_000],
  ] as const)('%s', (_, attempt, reason, least, most) => {
    expect(backoff(attempt, reason, none)).toBe(least)
    expect(Math.round(backoff(attempt, reason, nearlyAll))).toBe(most)
  })
})
