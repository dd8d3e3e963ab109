import { expect, test } from '@jest/globals'
import type { Outcome } from '@portolan/core'
import { createLatencies } from '../src/latencies.ts'

function seen(durationMs: number, more: Partial<Outcome> = {}): Outcome {
  const plain = {
    target: 'host:30080',
    vantage: 'host/loopback4',
    protocol: 'http',
    symptom: 'ok',
    phases: {},
  } as const
  return { ...plain, startedAt: 0, timeoutMs: 2000, burst: false, durationMs, ...more }
}

test('the median is of answers that the host saw, single ones and those told together', () => {
  const latencies = createLatencies()
  for (const outcome of [
    seen(5),
    seen(1),
    seen(2000, { symptom: 'silent' }),
    seen(900, { vantage: 'node/dev-worker2' }),
    seen(700, { target: 'pod:default/web-1:8080' }),
    seen(9, { run: { count: 3, until: 3, durationsMs: [3, 9, 4] } }),
  ])
    latencies.take('dev', outcome)
  expect(latencies.median('dev', 'host:30080')).toBe(4)
  expect(latencies.median('dev', 'pod:default/web-1:8080')).toBeNull()
  expect(latencies.median('prod', 'host:30080')).toBeNull()
})

test('only the newest answers count, and none of a cluster that is gone', () => {
  const latencies = createLatencies()
  for (let count = 0; count < 200; count += 1) latencies.take('dev', seen(500))
  for (let count = 0; count < 101; count += 1) latencies.take('dev', seen(2))
  expect(latencies.median('dev', 'host:30080')).toBe(2)
  latencies.forget('dev')
  expect(latencies.median('dev', 'host:30080')).toBeNull()
})
