import { describe, expect, test } from '@jest/globals'
import { ageText, durationText, fit, wrap } from '../../src/render/words.ts'

describe('words', () => {
  test.each([
    [12, '12 ms'],
    [3400, '3.4 s'],
    [12_000, '12 s'],
    [125_000, '2 min 5 s'],
    [11_400_000, '3 h 10 min'],
    [187_200_000, '2 d 4 h'],
  ])('%i ms is %s', (ms, text) => expect(durationText(ms)).toBe(text))

  test.each([
    [0, '0 s'],
    [59_000, '59 s'],
    [300_000, '5 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 d'],
  ])('an age of %i ms is %s', (ms, text) => expect(ageText(ms)).toBe(text))

  test('wraps at spaces and keeps a long word whole', () => {
    expect(wrap('one two averyveryverylongword three', 10, '  ')).toEqual([
      '  one two',
      '  averyveryverylongword',
      '  three',
    ])
  })

  test('fits by padding or by an ellipsis', () => {
    expect([fit('ab', 4), fit('abcdef', 4)]).toEqual(['ab  ', 'abc…'])
  })
})
