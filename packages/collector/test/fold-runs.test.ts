import { describe, expect, test } from '@jest/globals'
import type { Fact, Observation, Outcome } from '@portolan/core'
import { createFolding } from '../src/fold-runs.ts'
import { fact, T0 } from './store/examples.ts'

function setUp() {
  const kept: Fact[] = []
  const folding = createFolding((one) => void kept.push(one))
  let sequence = 0
  function hear(observed: Observation, afterMs: number): void {
    sequence += 1
    folding.take(fact(sequence, { at: T0 + afterMs, receivedAt: T0 + afterMs, observed }))
  }
  const probe = (afterMs: number, more: Partial<Outcome> = {}) =>
    hear({ kind: 'outcome', outcome: outcome(T0 + afterMs, more) }, afterMs)
  const outcomes = () => kept.flatMap(({ observed }) => (observed.kind === 'outcome' ? [observed.outcome] : []))
  const counts = () => outcomes().map(({ run }) => run?.count ?? 1)
  return { folding, kept, hear, probe, outcomes, counts }
}

function outcome(startedAt: number, more: Partial<Outcome> = {}): Outcome {
  return {
    target: 'host:30080',
    vantage: 'host/loopback4',
    startedAt,
    durationMs: 2,
    symptom: 'ok',
    protocol: 'http',
    phases: { connect: 1 },
    timeoutMs: 2000,
    burst: false,
    status: 200,
    ...more,
  }
}

const DARK = { symptom: 'silent', status: undefined } as unknown as Partial<Outcome>
const SINGLY = Array.from({ length: 10 }, () => 1)

describe('facts that say the same again and again', () => {
  test('are kept one by one at first, and then as one run a minute', () => {
    const { probe, counts, outcomes } = setUp()
    for (let second = 0; second <= 70; second += 1) probe(second * 1000, { durationMs: second })
    expect(counts()).toEqual([...SINGLY, 61])
    expect(outcomes().at(-1)).toMatchObject({ startedAt: T0 + 10_000, run: { count: 61, until: T0 + 70_000 } })
    expect(outcomes().at(-1)?.run?.durationsMs.slice(0, 3)).toEqual([10, 11, 12])
  })

  test('are kept sooner where they are failures, for as long as a verdict takes them for fresh', () => {
    const { probe, counts } = setUp()
    for (let second = 0; second <= 20; second += 1) probe(second * 1000, DARK)
    expect(counts()).toEqual([...SINGLY, 11])
  })

  test('end with the first failure, which is kept singly, as the first answer after it is', () => {
    const { probe, counts, outcomes } = setUp()
    for (let second = 0; second < 15; second += 1) probe(second * 1000)
    probe(15_000, DARK)
    probe(16_000)
    expect(counts()).toEqual([...SINGLY, 5, 1, 1])
    expect(outcomes().map(({ symptom }) => symptom)).toEqual([...Array(11).fill('ok'), 'silent', 'ok'])
  })

  test.each<[string, Observation]>([
    ['an object that changes', { kind: 'vantages', lan: null, loopback6: false }],
    ['a gap', { kind: 'gap', scope: 'prober', from: T0, to: T0 + 1000, reason: 'it was asleep' }],
  ])('are kept before %s', (_, news) => {
    const { probe, hear, kept, counts } = setUp()
    for (let second = 0; second < 15; second += 1) probe(second * 1000)
    hear(news, 15_000)
    expect(counts()).toEqual([...SINGLY, 5])
    expect(kept.at(-1)?.observed).toBe(news)
  })

  test('are kept before another port goes dark, which they are evidence of', () => {
    const { probe, counts } = setUp()
    for (let second = 0; second < 15; second += 1) {
      probe(second * 1000)
      probe(second * 1000 + 1, { target: 'host:30081' })
    }
    probe(15_000, { target: 'host:30081', ...DARK })
    expect(counts()).toEqual([...SINGLY, ...SINGLY, 5, 5, 1])
  })

  test('are kept when time has passed, though no more of them come', () => {
    const { probe, hear, counts } = setUp()
    for (let second = 0; second < 15; second += 1) probe(second * 1000)
    hear({ kind: 'tick' }, 69_999)
    expect(counts()).toEqual(SINGLY)
    hear({ kind: 'tick' }, 70_000)
    expect(counts()).toEqual([...SINGLY, 5])
  })

  test('are a stream of their own whose numbers grow, and whose times of receipt never go back', () => {
    const { probe, hear, kept } = setUp()
    for (let second = 0; second < 15; second += 1) {
      probe(second * 1000)
      hear({ kind: 'tick' }, second * 1000 + 500)
    }
    probe(15_000, DARK)
    for (let second = 16; second < 40; second += 1) probe(second * 1000, DARK)
    const runs = kept.filter(({ boot }) => boot === 'b~')
    expect(runs.map(({ sequence }) => sequence)).toEqual(runs.map((_, index) => index + 1))
    expect(runs.length).toBeGreaterThan(1)
    const received = kept.map(({ receivedAt }) => receivedAt)
    expect(received).toEqual(received.toSorted((a, b) => a - b))
  })

  test('are kept one by one where they come seldom, or in a burst', () => {
    const { probe, counts } = setUp()
    for (let n = 0; n < 20; n += 1) probe(n * 6000)
    for (let n = 0; n < 20; n += 1) probe(120_000 + n * 100, { burst: true })
    expect(counts()).toEqual(Array.from({ length: 40 }, () => 1))
  })

  test('are kept one by one, with their numbers, where a source elsewhere sent them', () => {
    const { folding, kept } = setUp()
    const sent = Array.from({ length: 30 }, (_, n) =>
      fact(n + 1, { source: 'prober/laptop', observed: { kind: 'outcome', outcome: outcome(T0 + n * 1000) } }),
    )
    for (const one of sent) folding.take(one)
    expect(kept).toEqual(sent)
  })

  test('are kept at once when they are asked for', () => {
    const { probe, folding, counts } = setUp()
    for (let second = 0; second < 15; second += 1) probe(second * 1000)
    folding.release('another')
    expect(counts()).toEqual(SINGLY)
    folding.release()
    expect(counts()).toEqual([...SINGLY, 5])
  })
})
