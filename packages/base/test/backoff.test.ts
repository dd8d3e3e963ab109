import { describe, expect, test } from '@jest/globals'
import { backoff, jittered } from '../src/index.ts'

const none = (): number => 0
const nearlyAll = (): number => 0.999_999

describe('the wait before another attempt', () => {
  test.each([
    ['the first', 0, 5000, 125, 250],
    ['the third', 2, 5000, 500, 1000],
    ['the tenth', 9, 5000, 2500, 5000],
    ['the thousandth', 999, 5000, 2500, 5000],
    ['the tenth of one that may wait longer', 9, 60_000, 30_000, 60_000],
  ] as const)('%s', (_, attempt, mostMs, least, most) => {
    expect(backoff(attempt, mostMs, none)).toBe(least)
    expect(Math.round(backoff(attempt, mostMs, nearlyAll))).toBe(most)
  })

  test('is spread over the upper half of the time', () => {
    expect([none, () => 0.5, nearlyAll].map((random) => Math.round(jittered(1000, random)))).toEqual([500, 750, 1000])
  })
})
