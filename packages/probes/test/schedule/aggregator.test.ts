import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '@portolan/core'
import { createFakeClock } from '@portolan/testing'
import { createAggregator } from '../../src/schedule/aggregator.ts'
import { outcome } from '../builders.ts'

function aggregating() {
  const clock = createFakeClock()
  const told: Outcome[] = []
  const aggregator = createAggregator({ clock, everyMs: 5000, onOutcome: (one) => told.push(one) })
  return { clock, told, ...aggregator }
}

const ok = (startedAt: number, fields: Partial<Outcome> = {}) => outcome({ startedAt, ...fields })
const dark = (startedAt: number, fields: Partial<Outcome> = {}) => outcome({ startedAt, symptom: 'silent', ...fields })

describe('the aggregator', () => {
  test('tells the first ok at once and the equal ones after it as one run', () => {
    const { clock, told, add } = aggregating()
    add(ok(0))
    expect(told).toEqual([ok(0)])
    add(ok(1000, { durationMs: 7 }))
    add(ok(2000, { durationMs: 9 }))
    expect(told).toHaveLength(1)
    clock.advance(5000)
    expect(told[1]).toEqual({
      ...ok(1000, { durationMs: 7 }),
      run: { count: 2, until: 2000, durationsMs: [7, 9] },
    })
  })

  test('tells every failure at once, and the oks held back before it first', () => {
    const { told, add } = aggregating()
    for (const one of [ok(0), ok(1000), dark(2000), dark(3000)]) add(one)
    expect(told).toEqual([ok(0), ok(1000), dark(2000), dark(3000)])
  })

  test('tells the first ok after a failure at once', () => {
    const { told, add } = aggregating()
    for (const one of [ok(0), dark(1000), ok(2000), ok(3000)]) add(one)
    expect(told).toEqual([ok(0), dark(1000), ok(2000)])
  })

  test('keeps plans apart', () => {
    const { told, add } = aggregating()
    add(ok(0))
    add(ok(1, { vantage: 'host/lan' }))
    add(ok(2, { target: 'host:30081' }))
    expect(told).toHaveLength(3)
  })

  test.each([
    ['of a burst', { burst: true }],
    ['in another protocol', { protocol: 'https' as const }],
    ['with another status', { status: 404 }],
    ['with another certificate', { detail: 'TLSv1.3, certificate of CN=other' }],
  ])('begins another run with an ok %s', (_, other) => {
    const { told, add, flush } = aggregating()
    for (const one of [ok(0), ok(1000), ok(2000), ok(3000, other)]) add(one)
    flush()
    expect(told.map((one) => one.run?.count ?? 1)).toEqual([1, 2, 1])
  })

  test('sums up in a run what became of the datagrams', () => {
    const { told, add, flush } = aggregating()
    const echo = { sent: 4, lost: 0, duplicated: 1, reordered: 0, keptSent: 4, keptLost: 1 }
    for (const at of [0, 1000, 2000, 3000]) add(ok(at, { protocol: 'echo', echo }))
    flush()
    expect(told[1]).toMatchObject({
      echo: { sent: 12, lost: 0, duplicated: 3, reordered: 0, keptSent: 12, keptLost: 3 },
      run: { count: 3 },
    })
  })

  test('tells what is held back when it is asked to, and nothing twice', () => {
    const { clock, told, add, flush } = aggregating()
    add(ok(0))
    add(ok(1000))
    flush()
    flush()
    clock.advance(60_000)
    expect(told).toEqual([ok(0), ok(1000)])
  })
})
