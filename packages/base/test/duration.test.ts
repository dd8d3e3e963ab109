import { expect, test } from '@jest/globals'
import { readDuration } from '../src/index.ts'

test.each([
  ['500ms', 500],
  ['60s', 60_000],
  ['1.5m', 90_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['60', null],
  ['s', null],
  ['-1s', null],
  ['1 s', null],
])('the duration %s', (text, ms) => expect(readDuration(text)).toBe(ms))
