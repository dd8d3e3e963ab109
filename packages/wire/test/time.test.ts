import { describe, expect, test } from '@jest/globals'
import { toTimestamp } from '../src/time.ts'

const DAY = 86_400_000

describe('a timestamp is what Date writes', () => {
  test.each([
    ['the epoch', 0],
    ['a moment before it', -1],
    ['less than a millisecond before it', -0.5],
    ['a fraction of a millisecond', 1_700_000_000_000.9],
    ['the last moment of a day', 20_000 * DAY - 1],
    ['the first moment of the next', 20_000 * DAY],
    ['a leap day', Date.UTC(2028, 1, 29, 12, 34, 56, 789)],
    ['a year of five digits', Date.UTC(10_000, 0, 1)],
    ['the last time there is', 8.64e15],
    ['the first time there is', -8.64e15],
  ])('%s', (_, ms) => expect(toTimestamp(ms)).toBe(new Date(ms).toISOString()))

  test('of any time of a week, forwards and back', () => {
    const times = Array.from({ length: 5000 }, (_, index) => ((index * 7_919_993) % (7 * DAY)) + 19_000 * DAY)
    expect(times.map(toTimestamp)).toEqual(times.map((ms) => new Date(ms).toISOString()))
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + DAY])('%d is none', (ms) => {
    expect(() => toTimestamp(ms)).toThrow(RangeError)
  })
})
