import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Outcome, Symptom } from '../../src/index.ts'
import { createProbeHistory, isFailing, recordOutcome } from '../../src/probing/probe-history.ts'

const outcome = (startedAt: number, symptom: Symptom, more: Partial<Outcome> = {}): Outcome => ({
  target: 'host:80',
  vantage: 'host/loopback4',
  startedAt,
  durationMs: 2,
  symptom,
  protocol: 'http',
  phases: {},
  timeoutMs: 2000,
  burst: false,
  ...more,
})

describe('what a vantage has shown', () => {
  test('a slow failure that comes in after a later answer changes nothing', () => {
    const history = createProbeHistory()
    recordOutcome(history, outcome(1000, 'ok'))
    recordOutcome(history, outcome(500, 'silent', { durationMs: 2000 }))
    expect(isFailing(history)).toBe(false)
  })

  test('a slow failure that began before the quick ones tells since when it fails', () => {
    const history = createProbeHistory()
    recordOutcome(history, outcome(1000, 'ok'))
    recordOutcome(history, outcome(1200, 'refused'))
    recordOutcome(history, outcome(1100, 'connect_timeout', { durationMs: 200 }))
    recordOutcome(history, outcome(900, 'connect_timeout', { durationMs: 500 }))
    expect(history.firstFailureAt).toBe(1100)
  })

  test('a status of 500 is an answer: the port is reachable', () => {
    const history = createProbeHistory()
    recordOutcome(history, outcome(1000, 'http_status', { status: 503 }))
    expect(isFailing(history)).toBe(false)
  })

  test('an error of our own counts neither way', () => {
    const history = createProbeHistory()
    recordOutcome(history, outcome(1000, 'ok'))
    recordOutcome(history, outcome(2000, 'local_error'))
    expect(history).toMatchObject({ failures: 0, answers: 1, localErrors: 1 })
  })

  test('whatever the order of arrival, the newest start decides', () => {
    const symptom = fc.constantFrom<Symptom>('ok', 'silent', 'refused', 'closed')
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 10_000 }), symptom), {
          minLength: 1,
          selector: ([at]) => at,
        }),
        (told) => {
          const history = createProbeHistory()
          for (const [at, one] of told) recordOutcome(history, outcome(at, one))
          const newest = told.reduce((a, b) => (a[0] > b[0] ? a : b))
          expect(isFailing(history)).toBe(newest[1] !== 'ok')
        },
      ),
    )
  })
})
