import { describe, expect, test } from '@jest/globals'
import { type Assignment, type Burst, OFFSET_HEADER } from '@portolan/core'
import fc from 'fast-check'
import { createFakeClock, createRecordedLog } from '@portolan/testing'
import { createMemorySpool, createUplink, type Spool, type UplinkState } from '../src/index.ts'
import { AGENT, outcome, plan } from './builders.ts'
import { createTestCollector, type Fate } from './test-collector.ts'

type Given = Parameters<typeof createTestCollector>[1] & {
  spool?: Spool
  source?: string
  boot?: string
  standing?: boolean
}

function linking({ spool, source = 'agent/kind-worker', boot = 'boot-1', standing = false, ...given }: Given = {}) {
  const clock = createFakeClock()
  const log = createRecordedLog()
  const collector = createTestCollector(clock, given)
  const assignments: Assignment[] = []
  const bursts: Burst[] = []
  const states: UplinkState[] = []
  const uplink = createUplink({
    cluster: 'kind',
    source,
    boot,
    clock,
    log,
    carry: collector.carry,
    spool: spool ?? createMemorySpool({ log }),
    standing: () => (standing ? [AGENT] : []),
    onAssignment: (assignment) => assignments.push(assignment),
    onBurst: (asked) => bursts.push(...asked),
    onState: (state) => states.push(state),
    random: () => 0.5,
  })
  return { clock, log, collector, uplink, assignments, bursts, states, state: () => states.at(-1) as UplinkState }
}

const sequences = (facts: { sequence: number }[]) => facts.map(({ sequence }) => sequence)
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
const PLAN = plan()

describe('facts', () => {
  test('share a batch for 200 ms while the collector is there', async () => {
    const { clock, collector, uplink } = linking()
    uplink.start()
    await clock.pass(0)
    uplink.tell(AGENT, clock.now())
    await clock.pass(150)
    uplink.tell(outcome(), clock.now())
    await clock.pass(49)
    expect(collector.batches()).toEqual([])
    await clock.pass(1)
    expect(collector.batches().map(({ facts }) => sequences(facts))).toEqual([[1, 2]])
  })

  test('that are more than fit one batch are sent in several, in their order', async () => {
    const { clock, collector, uplink } = linking()
    uplink.start()
    await clock.pass(0)
    for (let i = 0; i < 4500; i += 1) uplink.tell(outcome(), clock.now())
    await clock.pass(200)
    expect(sequences(collector.stored)).toEqual(upTo(4500))
    for (const { facts } of collector.batches()) expect(facts.length).toBeLessThanOrEqual(2000)
    for (const { body = '' } of collector.requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(512 * 1024)
  })

  test('are not sent before the collector said who it is', async () => {
    const { clock, collector, uplink } = linking()
    collector.leave()
    uplink.start()
    uplink.tell(AGENT, clock.now())
    await clock.pass(60_000)
    expect(collector.batches()).toEqual([])
    collector.comeBack()
    await clock.pass(5000)
    expect(sequences(collector.stored)).toEqual([1])
  })

  test('wait for a collector that is away, and go on at once when it is back', async () => {
    const { clock, collector, uplink, states } = linking()
    uplink.start()
    await clock.pass(0)
    collector.leave()
    for (let i = 0; i < 1800; i += 1) {
      uplink.tell(outcome(), clock.now())
      await clock.pass(1000)
    }
    expect(states.at(-1)).toMatchObject({ connected: false, dropped: 0, reason: 'connect ECONNREFUSED' })
    collector.comeBack()
    await clock.pass(5000)
    expect(sequences(collector.stored)).toEqual(upTo(1800))
    expect(states.at(-1)).toMatchObject({ connected: true, batches: 0, dropped: 0, reason: null })
  })
})

describe('a batch', () => {
  test.each<[string, Fate]>([
    ['was not answered', 'not reached'],
    ['was answered too late', 'answer too late'],
    ['was stored, and the answer lost', 'answer lost'],
    ['was answered by something else', 'proxy page'],
    ['was refused by something else', 'refused by something else'],
    ...[401, 403, 404, 408, 429, 500, 503].map((status): [string, Fate] => [`was answered ${status}`, status]),
  ])('that %s is sent again as it was', async (_, fate) => {
    const { clock, collector, uplink, state } = linking({ fates: [fate, fate] })
    uplink.start()
    uplink.tell(AGENT, clock.now())
    await clock.pass(30_000)
    const bodies = collector.requests.flatMap(({ body = [] }) => body)
    expect(bodies).toHaveLength(3)
    expect(new Set(bodies).size).toBe(1)
    expect(sequences(collector.stored)).toEqual([1])
    expect(state()).toMatchObject({ batches: 0, dropped: 0 })
  })

  test.each([400, 413, 422])('that is refused with %d is left out, counted and logged', async (status) => {
    const { clock, collector, uplink, log, state } = linking({ fates: [status], detail: 'not a batch' })
    uplink.start()
    await clock.pass(0)
    uplink.tell(AGENT, clock.now())
    await clock.pass(200)
    uplink.tell(AGENT, clock.now())
    await clock.pass(200)
    expect(collector.stored).toMatchObject([
      { sequence: 2, kind: 'agent' },
      { sequence: 3, kind: 'gap' },
    ])
    expect(state().dropped).toBe(1)
    expect(log.messages).toContain(`a batch was refused and is left out: the collector answers ${status}: not a batch`)
  })

  test('waits as long as it is told to', async () => {
    const { clock, collector, uplink } = linking({ fates: [429], retryAfter: '7' })
    uplink.start()
    uplink.tell(AGENT, clock.now())
    await clock.pass(6999)
    expect(collector.batches()).toHaveLength(1)
    await clock.pass(1)
    expect(collector.batches()).toHaveLength(2)
  })

  test('is repeated ever more slowly, at least every 5 s', async () => {
    const { clock, collector, uplink } = linking({ fates: Array<Fate>(200).fill(503) })
    uplink.start()
    uplink.tell(AGENT, clock.now())
    await clock.pass(10_000)
    expect(collector.batches().length).toBeLessThan(10)
    const before = collector.batches().length
    await clock.pass(60_000)
    expect(collector.batches().length - before).toBeGreaterThanOrEqual(12)
  })
})

describe('how things stand', () => {
  test('is told first of all, in a stream of its own', async () => {
    const { clock, collector, uplink } = linking({ standing: true })
    uplink.tell(outcome(), clock.now())
    uplink.start()
    await clock.pass(0)
    expect(collector.stored).toMatchObject([
      { boot: 'boot-1~standing', sequence: 1, kind: 'agent' },
      { boot: 'boot-1', sequence: 1, kind: 'outcome' },
    ])
  })

  test('is told anew to a collector that was started again, before what waited', async () => {
    const { clock, collector, uplink } = linking({ standing: true })
    uplink.start()
    await clock.pass(0)
    collector.leave()
    uplink.tell(outcome(), clock.now())
    await clock.pass(10_000)
    collector.comeBack(true)
    await clock.pass(5000)
    expect(collector.stored.filter((one) => one.collector === 'life-2')).toMatchObject([
      { boot: 'boot-1~standing', sequence: 2 },
      { boot: 'boot-1', sequence: 1 },
    ])
  })

  test('is not told again to the same collector', async () => {
    const { clock, collector, uplink } = linking({ standing: true })
    uplink.start()
    await clock.pass(0)
    collector.leave()
    await clock.pass(10_000)
    collector.comeBack()
    await clock.pass(60_000)
    expect(collector.stored).toHaveLength(1)
  })
})

const fate = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>('stored') },
  fc.constantFrom<Fate>(
    'not reached',
    'never answered',
    'answer lost',
    'answer too late',
    'proxy page',
    429,
    503,
    'refused by something else',
  ),
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ tell: fc.integer({ min: 1, max: 20 }), ms: fc.integer({ min: 0, max: 3000 }) }) },
  fc.constantFrom('leave' as const, 'come back' as const, 'start again' as const),
)

describe('whatever happens on the way', () => {
  test('nothing is lost, nothing stored twice, and the order kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 30 }), fc.array(step, { maxLength: 15 }), async (fates, steps) => {
        const { clock, collector, uplink } = linking({ fates, standing: true })
        let told = 0
        uplink.start()
        for (const one of steps) {
          if (one === 'leave') collector.leave()
          else if (one === 'come back') collector.comeBack()
          else if (one === 'start again') collector.comeBack(true)
          else {
            for (let i = 0; i < one.tell; i += 1) uplink.tell(outcome(), clock.now())
            told += one.tell
            await clock.pass(one.ms)
          }
        }
        collector.comeBack()
        await clock.pass(600_000)
        expect(sequences(collector.stored.filter(({ boot }) => boot === 'boot-1'))).toEqual(upTo(told))
        expect(collector.altered).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('one request with facts is under way at a time', async () => {
    const { clock, collector, uplink } = linking({ fates: ['never answered', 'answer too late'] })
    uplink.start()
    await clock.pass(0)
    for (let i = 0; i < 50; i += 1) {
      uplink.tell(outcome(), clock.now())
      await clock.pass(150)
    }
    expect(collector.batches()).toHaveLength(1)
  })
})

describe('an assignment', () => {
  test('that cannot be done are left out and named once, and the others are done', async () => {
    const { clock, collector, uplink, assignments, log } = linking()
    const bad = { ...PLAN, id: 'pod:x@node/a', address: '169.254.169.254' }
    uplink.start()
    await clock.pass(0)
    collector.assign([PLAN, bad])
    await clock.pass(2000)
    expect(assignments.at(-1)).toEqual({ plans: [PLAN], peers: [] })
    collector.assign([PLAN, bad, { ...PLAN, id: 'pod:y@node/a' }])
    await clock.pass(2000)
    expect(assignments.at(-1)?.plans.map(({ id }) => id)).toEqual([PLAN.id, 'pod:y@node/a'])
    const named = log.messages.filter((message) => message.startsWith('some of the assigned probes cannot run here'))
    expect(named).toHaveLength(1)
  })

  test('is handed on when it changes, and bursts as they come', async () => {
    const { clock, collector, uplink, assignments, bursts } = linking()
    uplink.start()
    await clock.pass(0)
    collector.assign([PLAN])
    await clock.pass(0)
    expect(assignments.at(-1)).toEqual({ plans: [PLAN], peers: [] })
    const burst = { plan: PLAN.id, everyMs: 50, timeoutMs: 500, forMs: 5000 }
    collector.burst([burst])
    await clock.pass(0)
    expect(bursts).toEqual([burst])
    const before = assignments.length
    await clock.pass(120_000)
    expect(assignments).toHaveLength(before)
  })

  test('is kept: without a collector the next life goes on with it', async () => {
    const spool = createMemorySpool({ log: createRecordedLog() })
    const first = linking({ spool })
    first.uplink.start()
    first.collector.assign([PLAN])
    await first.clock.pass(0)
    const second = linking({ spool, boot: 'boot-2' })
    second.collector.leave()
    second.uplink.start()
    expect(second.assignments).toEqual([{ plans: [PLAN], peers: [] }])
  })

  test('is asked for once a second where the collector answers at once without news', async () => {
    const { clock, collector, uplink } = linking({ hurries: true })
    uplink.start()
    await clock.pass(10_000)
    expect(collector.requests.length).toBeLessThan(15)
  })
})

describe('the offset of the clocks', () => {
  test.each([
    ['is told with each batch once it is known', 90_000, '90000'],
    ['is 0 where it may be the round trip', 0, '0'],
  ])('%s', async (_, clockAheadMs, expected) => {
    const { clock, collector, uplink } = linking({ clockAheadMs })
    uplink.start()
    await clock.pass(0)
    uplink.tell(AGENT, clock.now())
    await clock.pass(200)
    expect(collector.requests.findLast(({ method }) => method === 'POST')?.headers[OFFSET_HEADER]).toBe(expected)
  })
})

describe('the end', () => {
  test('sends what waits for others to share its batch', async () => {
    const { clock, collector, uplink } = linking()
    uplink.start()
    await clock.pass(0)
    uplink.tell(AGENT, clock.now())
    await uplink.stop()
    expect(sequences(collector.stored)).toEqual([1])
  })

  test('comes after two seconds whatever the collector does, and leaves the rest in the spool', async () => {
    const spool = createMemorySpool({ log: createRecordedLog() })
    const { clock, uplink } = linking({ spool, fates: ['never answered'] })
    uplink.start()
    await clock.pass(0)
    uplink.tell(AGENT, clock.now())
    const stopped = uplink.stop()
    await clock.pass(2000)
    await stopped
    expect(spool.batches).toBe(1)
  })

  test('comes at once without a collector; the next life sends the rest under its old name', async () => {
    const spool = createMemorySpool({ log: createRecordedLog() })
    const first = linking({ spool })
    first.collector.leave()
    first.uplink.start()
    await first.clock.pass(0)
    first.uplink.tell(AGENT, first.clock.now())
    await first.uplink.stop()
    const second = linking({ spool, boot: 'boot-2' })
    second.uplink.start()
    second.uplink.tell(AGENT, second.clock.now())
    await second.clock.pass(0)
    expect(second.collector.stored).toMatchObject([
      { boot: 'boot-1', sequence: 1 },
      { boot: 'boot-2', sequence: 1 },
    ])
  })
})

describe('what was dropped for want of room', () => {
  test('is told as a gap when the rest is through, and counted', async () => {
    const spool = createMemorySpool({ log: createRecordedLog(), bytes: 5000 })
    const { clock, collector, uplink, state } = linking({ spool })
    collector.leave()
    uplink.start()
    const startedAt = clock.now()
    for (let i = 0; i < 60; i += 1) {
      uplink.tell(outcome({ startedAt: clock.now() }), clock.now())
      await clock.pass(1000)
    }
    const { dropped } = state()
    expect(dropped).toBeGreaterThan(30)
    collector.comeBack()
    await clock.pass(6000)
    const facts = collector.batches().flatMap((batch) => batch.facts)
    expect(facts).toHaveLength(60 - dropped + 1)
    expect(facts.at(-1)?.observed).toMatchObject({
      kind: 'gap',
      scope: 'spool',
      from: startedAt,
      to: startedAt + (dropped - 1) * 1000,
      reason: `${dropped} observations were dropped, for want of room while the collector was not there`,
    })
    expect(spool.loss).toBeNull()
  })
})

describe('what the collector refused', () => {
  const gapsOf = (collector: ReturnType<typeof createTestCollector>) =>
    collector
      .batches()
      .flatMap(({ facts }) => facts)
      .filter(({ observed }) => observed.kind === 'gap')

  test('is told once as a gap, together with the rest of it', async () => {
    const { clock, collector, uplink } = linking({ fates: [422, 422] })
    uplink.start()
    await clock.pass(0)
    const startedAt = clock.now()
    for (let i = 0; i < 3; i += 1) {
      uplink.tell(outcome({ startedAt: clock.now() }), clock.now())
      await clock.pass(300)
    }
    await clock.pass(60_000)
    const gap = { kind: 'gap', scope: 'spool', from: startedAt, to: startedAt + 300 }
    expect(gapsOf(collector)).toMatchObject([
      { observed: { ...gap, reason: '2 observations were dropped, since the collector refused them' } },
    ])
  })

  test('is not told again where the gap itself is refused', async () => {
    const { clock, collector, uplink, state } = linking({ fates: [422, 'stored', 422] })
    uplink.start()
    await clock.pass(0)
    for (let i = 0; i < 10; i += 1) {
      uplink.tell(AGENT, clock.now())
      await clock.pass(300)
    }
    await clock.pass(60_000)
    expect(gapsOf(collector)).toHaveLength(1)
    expect(collector.stored.filter(({ kind }) => kind === 'agent')).toHaveLength(9)
    expect(state()).toMatchObject({ batches: 0, dropped: 1 })
  })
})

test('what an earlier life with another name left is not sent, but told as a gap', async () => {
  const log = createRecordedLog()
  const spool = createMemorySpool({ log })
  const first = linking({ spool, source: 'prober/old' })
  first.collector.leave()
  first.uplink.start()
  const at = first.clock.now()
  first.uplink.tell(outcome({ startedAt: at }), at)
  await first.uplink.stop()
  const second = linking({ spool, source: 'prober/new', boot: 'boot-2' })
  expect(log.messages).toContain('a batch of another source is left out of the spool')
  second.uplink.start()
  second.uplink.tell(AGENT, second.clock.now())
  await second.clock.pass(500)
  expect(second.collector.batches().map(({ source }) => source)).toEqual(['prober/new', 'prober/new'])
  expect(second.collector.batches()[1]?.facts).toMatchObject([
    {
      observed: {
        kind: 'gap',
        scope: 'spool',
        from: at,
        reason: '1 observations were dropped, since this machine had another name then',
      },
    },
  ])
})
