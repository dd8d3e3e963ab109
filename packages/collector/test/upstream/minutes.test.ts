import { expect, test } from '@jest/globals'
import type { TargetView } from '@portolan/core'
import { createMinutes } from '../../src/upstream/minutes.ts'

const MINUTE = 60_000
const T = 1_700_000_040_000 - (1_700_000_040_000 % MINUTE)

function port(attempts: number, answered: number, id = 'host:1'): TargetView {
  return { id, attempts, answered, vantages: [{ decides: true, durationMs: 4 }] } as unknown as TargetView
}

test('a minute is what came to the counts of a port in it', () => {
  const minutes = createMinutes()
  expect(minutes.take(T + 1000, [port(10, 10)])).toEqual([])
  expect(minutes.take(T + 59_000, [port(70, 65)])).toEqual([])
  expect(minutes.take(T + MINUTE, [port(72, 67)])).toEqual([
    { target: 'host:1', at: T, attempts: 60, failed: 5, medianMs: 4 },
  ])
})

test('a port that came within the minute counts from its beginning, and one without probes does not', () => {
  const minutes = createMinutes()
  minutes.take(T, [port(5, 5)])
  minutes.take(T + 1000, [port(5, 5), port(3, 0, 'host:2')])
  expect(minutes.take(T + MINUTE, [])).toEqual([{ target: 'host:2', at: T, attempts: 3, failed: 3, medianMs: 4 }])
})
