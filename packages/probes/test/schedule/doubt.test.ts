import { expect, test } from '@jest/globals'
import type { Outcome, Symptom } from '@portolan/core'
import { withoutDoubt } from '../../src/schedule/doubt.ts'

function outcome(symptom: Symptom, durationMs: number): Outcome {
  return {
    target: 'host:30080',
    vantage: 'host/loopback4',
    startedAt: 1_000_000,
    durationMs,
    symptom,
    protocol: 'http',
    phases: { connect: 1, first_byte: durationMs - 1 },
    timeoutMs: 2000,
    burst: false,
  }
}

test.each<[string, Symptom, number, boolean]>([
  ['a silence until the deadline', 'silent', 2003, false],
  ['a refusal', 'refused', 1, false],
  ['an answer, however late', 'ok', 4000, true],
  ['an answer of another kind', 'http_status', 4000, true],
])('%s is believed', (_, symptom, durationMs, inTrouble) => {
  const seen = outcome(symptom, durationMs)
  expect(withoutDoubt(seen, inTrouble)).toBe(seen)
})

test.each<[string, Symptom, number, boolean, string]>([
  [
    'a silence that was noticed late',
    'silent',
    2600,
    false,
    'seemed silent, but the prober looked 600 ms after the deadline',
  ],
  ['a connection lost in a sleep', 'reset', 40, true, 'seemed reset, but the prober could not see meanwhile'],
])('%s counts against nobody', (_, symptom, durationMs, inTrouble, detail) => {
  expect(withoutDoubt(outcome(symptom, durationMs), inTrouble)).toMatchObject({
    symptom: 'local_error',
    detail,
    durationMs,
  })
})
