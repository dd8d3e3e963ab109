import { expect, test } from '@jest/globals'
import { day, duration, moment, timeOfDay } from '../page/time.ts'

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

test('times and days are written as the language of the browser writes them', () => {
  const at = new Date(2026, 10, 29, 14, 36, 35, 250)
  const written = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(undefined, options).format(at)
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  expect(timeOfDay(at.getTime())).toBe(written(clock))
  expect(timeOfDay(at.getTime(), 'minutes')).toBe(written({ hour: '2-digit', minute: '2-digit' }))
  expect(timeOfDay(at.getTime(), 'hundredths')).toMatch(/35.25/)
  expect(day(at.getTime())).toBe(written({ day: 'numeric', month: 'short' }))
  expect(moment(at.getTime(), at.getTime() + 86_400_000)).toBe(`${day(at.getTime())}, ${written(clock)}`)
})
