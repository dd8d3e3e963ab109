import { expect, test } from '@jest/globals'
import { millisecondsText, numberText } from '../page/numbers.ts'

test.each([
  [0.04, '0.0 ms'],
  [9.94, '9.9 ms'],
  [9.96, '10 ms'],
  [1234.4, `${(1234).toLocaleString()} ms`],
])('%d ms is %s', (ms, text) => expect(millisecondsText(ms)).toBe(text))

test('numbers are written as the language of the browser writes them', () => {
  expect(numberText(1234567)).toBe((1234567).toLocaleString())
  expect(numberText(0.5, 1)).toBe((0.5).toLocaleString(undefined, { minimumFractionDigits: 1 }))
})
