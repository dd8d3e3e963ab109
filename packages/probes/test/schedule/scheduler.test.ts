import { describe, expect, test } from '@jest/globals'
import type { Outcome, ProbePlan, Symptom } from '@portolan/core'
import fc from 'fast-check'
import { createFakeClock } from '@portolan/testing'
import type { Call, Seen } from '../../src/exchange/exchange.ts'
import { createScheduler } from '../../src/schedule/scheduler.ts'
import { plan } from '../builders.ts'

interface Start extends Call {
  at: number
  aborted: boolean
}

/** A scheduler on a fake clock whose probes answer as they are told: after so many ms, with such a symptom. */
function scheduling(answer: (call: Call) => { symptom: Symptom; afterMs: number }) {
  const clock = createFakeClock()
  const starts: Start[] = []
  const outcomes: Outcome[] = []
  const skips: string[] = []
  const lateness: number[] = []
  const prober = createScheduler(
    {
      clock,
      onOutcome: (outcome) => outcomes.push(outcome),
      onProtocol: () => {},
      onLateness: (ms) => lateness.push(ms),
      onSkip: (reason) => skips.push(reason),
    },
    (call, _, done: (seen: Seen) => void) => {
      const start: Start = { ...call, at: clock.monotonic(), aborted: false }
      starts.push(start)
      const { symptom, afterMs } = answer(call)
      const cancel = clock.after(afterMs, () =>
        done({ symptom, startedAt: start.at, durationMs: afterMs, phases: { connect: 1 } }),
      )
      return () => {
        start.aborted = true
        cancel()
      }
    },
  )
  const startsOf = (one: ProbePlan) => starts.filter((start) => start.port === one.port).map((start) => start.at)
  return { clock, prober, starts, startsOf, outcomes, skips, lateness }
}

const quick = () => ({ symptom: 'ok' as const, afterMs: 3 })
const silent = (call: Call) => ({ symptom: 'silent' as const, afterMs: call.timeoutMs })

const plans = fc.array(
  fc.record({ intervalMs: fc.integer({ min: 50, max: 5000 }), timeoutMs: fc.integer({ min: 50, max: 5000 }) }),
  {
    minLength: 1,
    maxLength: 12,
  },
)

describe('the open loop', () => {
  test('starts every probe at its time, however slow other ports are', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 0, max: 0xfff }), (fields, slow) => {
        const all = fields.map((one, index) => plan(`host:${index}`, { ...one, vantage: 'host/lan', port: index + 1 }))
        const isSlow = (call: Call) => ((slow >> (call.port % 12)) & 1) === 1
        const { clock, prober, startsOf, skips } = scheduling((call) => (isSlow(call) ? silent(call) : quick()))
        prober.assign(all)
        clock.advance(20_000)
        for (const one of all) {
          const starts = startsOf(one)
          const gaps = starts.slice(1).map((at, index) => at - starts[index]!)
          if (one.timeoutMs < one.intervalMs * 32) {
            expect(starts.length).toBeGreaterThanOrEqual(Math.floor(20_000 / one.intervalMs))
            for (const gap of gaps) expect(Math.abs(gap - one.intervalMs)).toBeLessThanOrEqual(1)
          }
        }
        expect(new Set(skips)).toEqual(new Set(skips.filter((reason) => reason === 'in_flight_limit')))
      }),
      { numRuns: 50 },
    )
  })

  test('spreads the starts of many plans over the interval', () => {
    const { clock, prober, starts } = scheduling(quick)
    prober.assign(Array.from({ length: 1000 }, (_, index) => plan(`host:${30_000 + index}`)))
    clock.advance(1000)
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => starts.filter(({ at }) => Math.floor(at / 100) === tenth).length,
    )
    for (const count of tenths) expect(count).toBeGreaterThan(50)
  })

  test('places a plan by its id, so that a new start of the program changes nothing', () => {
    const first = scheduling(quick)
    const second = scheduling(quick)
    first.prober.assign([plan('host:30080')])
    second.clock.advance(350)
    second.prober.assign([plan('host:30080')])
    first.clock.advance(10_000)
    second.clock.advance(10_000)
    expect(first.starts.at(-1)!.at % 1000).toBe(second.starts.at(-1)!.at % 1000)
  })

  test('may start the next probe before the one before it has answered', () => {
    const { clock, prober, starts, outcomes } = scheduling(silent)
    prober.assign([plan('host:30080', { vantage: 'host/lan', intervalMs: 200, timeoutMs: 1000 })])
    clock.advance(2000)
    expect(starts.length).toBe(10)
    expect(outcomes.length).toBeGreaterThanOrEqual(4)
  })

  test('skips a start, and says so, when too many of the plan are under way', () => {
    const { clock, prober, starts, skips } = scheduling(silent)
    prober.assign([plan('host:30080', { vantage: 'host/lan', intervalMs: 100, timeoutMs: 60_000 })])
    clock.advance(5000)
    expect(starts.length).toBe(32)
    expect(skips).toEqual(Array.from({ length: 18 }, () => 'in_flight_limit'))
  })

  test('skips starts, and says so, when too many sockets are open', () => {
    const { clock, prober, starts, skips } = scheduling(silent)
    prober.assign(Array.from({ length: 5000 }, (_, index) => plan(`host:${index}`, { timeoutMs: 60_000 })))
    clock.advance(1000)
    expect(starts.length).toBe(4096)
    expect(skips).toEqual(Array.from({ length: 904 }, () => 'overload'))
  })

  test('reports how late a start was, and counts the starts that a stall cost', () => {
    const { clock, prober, skips, lateness, starts } = scheduling(quick)
    prober.assign([plan('host:30080')])
    clock.advance(1000)
    clock.stall(3300)
    clock.advance(1000)
    expect(Math.max(...lateness)).toBeGreaterThan(200)
    expect(skips.length).toBeGreaterThanOrEqual(2)
    expect(new Set(skips)).toEqual(new Set(['stalled']))
    expect(starts.length + skips.length).toBe(5)
  })
})

describe('a port that stays dark behind docker-proxy', () => {
  test('is probed less and less, so that about 20 dials pile up in their 127 s at most', () => {
    const { clock, prober, starts, skips } = scheduling(silent)
    prober.assign([plan('host:30080')])
    clock.advance(1_000_000)
    for (let from = 0; from < 870_000; from += 1000) {
      expect(starts.filter(({ at }) => at >= from && at < from + 127_000).length).toBeLessThanOrEqual(20)
    }
    expect(starts.at(-1)!.at - starts.at(-2)!.at).toBeGreaterThanOrEqual(14_000)
    expect(new Set(skips)).toEqual(new Set(['backoff']))
  })

  test.each([
    ['it is not reached through docker-proxy', 'host/lan' as const, 'connect_timeout' as const],
    ['it is closed, which leaves no dial', 'host/loopback4' as const, 'closed' as const],
  ])('is probed at full pace when %s', (_, vantage, symptom) => {
    const { clock, prober, starts } = scheduling(() => ({ symptom, afterMs: 500 }))
    prober.assign([plan('host:30080', { vantage })])
    clock.advance(60_000)
    expect(starts).toHaveLength(60)
  })

  test('is probed at full pace again after an ok', () => {
    let symptom: Symptom = 'silent'
    const { clock, prober, starts } = scheduling(() => ({ symptom, afterMs: 500 }))
    prober.assign([plan('host:30080')])
    clock.advance(60_000)
    symptom = 'ok'
    clock.advance(20_000)
    const before = starts.length
    clock.advance(10_000)
    expect(starts.length - before).toBe(10)
  })

  test('is probed at full pace again after a burst', () => {
    const { clock, prober, starts } = scheduling(silent)
    const one = plan('host:30080')
    prober.assign([one])
    clock.advance(100_000)
    prober.burst([{ plan: one.id, everyMs: 50, timeoutMs: 300, forMs: 50 }])
    const before = starts.length
    clock.advance(4000)
    expect(starts.length - before).toBe(4)
  })
})

describe('a burst', () => {
  const one = plan('host:30080', { intervalMs: 10_000 })
  const burst = { plan: one.id, everyMs: 50, timeoutMs: 300, forMs: 500 }

  test('starts at once, repeats with its own deadline, and ends', () => {
    const { clock, prober, starts, outcomes } = scheduling(quick)
    prober.assign([one])
    prober.burst([burst])
    clock.advance(2000)
    expect(starts.map(({ at }) => at)).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450])
    expect(outcomes.every((outcome) => outcome.burst && outcome.timeoutMs === 300)).toBe(true)
  })

  test('leaves the regular probes beside it as they are', () => {
    const { clock, prober, outcomes } = scheduling(quick)
    const regular = plan('host:30080', { intervalMs: 100 })
    prober.assign([regular])
    prober.burst([burst])
    clock.advance(503)
    expect(outcomes.filter((outcome) => outcome.burst)).toHaveLength(10)
    expect(outcomes.filter((outcome) => !outcome.burst && outcome.timeoutMs === 2000)).toHaveLength(5)
  })

  test('is replaced by the next one', () => {
    const { clock, prober, starts } = scheduling(quick)
    prober.assign([one])
    prober.burst([burst])
    clock.advance(110)
    prober.burst([{ ...burst, everyMs: 200 }])
    clock.advance(2000)
    expect(starts.map(({ at }) => at)).toEqual([0, 50, 100, 110, 310, 510])
  })

  test('through docker-proxy gives up after 20 dark outcomes', () => {
    const { clock, prober, starts } = scheduling(silent)
    prober.assign([one])
    prober.burst([{ ...burst, forMs: 60_000 }])
    clock.advance(60_000)
    expect(starts.filter((start) => start.timeoutMs === 300)).toHaveLength(20)
  })

  test('elsewhere goes on to its end, however dark it is', () => {
    const { clock, prober, starts } = scheduling(silent)
    prober.assign([{ ...one, vantage: 'host/node-address' }])
    prober.burst([{ ...burst, forMs: 5000 }])
    clock.advance(60_000)
    expect(starts.filter((start) => start.timeoutMs === 300)).toHaveLength(100)
  })

  const port = (number: number) => plan(`host:${number}`, { intervalMs: 10_000, vantage: 'host/lan', port: number })
  const burstOf = ({ id }: ProbePlan) => ({ ...burst, plan: id, forMs: 5000 })

  test('of 200 ports at once makes no flood: all have their share of 500 probes a second, and none comes first', () => {
    const { clock, prober, starts, startsOf } = scheduling(quick)
    const all = Array.from({ length: 200 }, (_, index) => port(index + 1))
    prober.assign(all)
    prober.burst(all.map(burstOf))
    clock.advance(100)
    expect(starts.length).toBeLessThan(100)
    clock.advance(4900)
    expect(starts.length).toBeGreaterThan(2000)
    expect(starts.length).toBeLessThan(2800)
    for (const one of all) expect(startsOf(one).length).toBeGreaterThanOrEqual(10)
  })

  test('has its full pace again when the others have ended', () => {
    const { clock, prober, startsOf } = scheduling(quick)
    const all = Array.from({ length: 200 }, (_, index) => port(index + 1))
    prober.assign(all)
    prober.burst(all.map(burstOf))
    clock.advance(5500)
    const [first] = all as [ProbePlan]
    const before = startsOf(first).length
    prober.burst([{ ...burstOf(first), forMs: 1000 }])
    clock.advance(1000)
    expect(startsOf(first).length - before).toBeGreaterThanOrEqual(20)
  })

  test('of a plan that is not assigned does nothing', () => {
    const { clock, prober, starts } = scheduling(quick)
    prober.burst([burst])
    clock.advance(1000)
    expect(starts).toEqual([])
  })
})

describe('an assignment', () => {
  test('is the whole set: what it leaves out is aborted without an outcome', () => {
    const { clock, prober, starts, outcomes } = scheduling(silent)
    prober.assign([plan('host:1'), plan('host:2', { port: 2 })])
    clock.advance(1000)
    prober.assign([plan('host:2', { port: 2 })])
    clock.advance(10_000)
    expect(starts.filter((start) => start.aborted).map((start) => start.port)).toEqual([30080])
    expect(new Set(outcomes.map((outcome) => outcome.target))).toEqual(new Set(['host:2']))
  })

  test('keeps the schedule and what is under way of plans that stay equal', () => {
    const { clock, prober, starts } = scheduling(silent)
    const one = plan('host:1', { vantage: 'host/lan' })
    prober.assign([one])
    for (let i = 0; i < 100; i += 1) {
      clock.advance(100)
      prober.assign([structuredClone(one)])
    }
    expect(starts).toHaveLength(10)
    expect(starts.every((start) => !start.aborted)).toBe(true)
  })

  test('begins a changed plan anew', () => {
    const { clock, prober, starts } = scheduling(silent)
    prober.assign([plan('host:1')])
    clock.advance(1000)
    prober.assign([plan('host:1', { port: 9 })])
    clock.advance(1000)
    expect(starts.map((start) => [start.port, start.aborted])).toEqual([
      [30080, true],
      [9, false],
    ])
  })

  test('does not probe what is off', () => {
    const { clock, prober, starts } = scheduling(quick)
    prober.assign([plan('host:1', { speech: { protocol: 'off', why: '', identity: 'a' } })])
    clock.advance(5000)
    expect(starts).toEqual([])
  })

  test('ends with stop: nothing is started or told any more', async () => {
    const { clock, prober, starts, outcomes } = scheduling(silent)
    prober.assign([plan('host:1')])
    clock.advance(1000)
    await prober.stop()
    clock.advance(10_000)
    expect(starts).toHaveLength(1)
    expect(outcomes).toEqual([])
  })
})
