import { expect, test } from '@jest/globals'
import { duration } from '../page/time.ts'

test.each([
  [0, '0.0 s'],
  [420, '0.4 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [90_000_000, '1 d 1 h'],
  [-5, '0.0 s'],
])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text))
