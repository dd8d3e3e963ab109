import { request } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Batch, BatchedFact, EndpointSliceSnapshot, Orders, Receipt } from '@portolan/core'
import { createFakeClock, createRecordedLog, type FakeClock, temporaryFolder } from '@portolan/testing'
import type { Identity } from '../../src/index.ts'
import { openStoreReader } from '../../src/index.ts'
import { type RunningCollector, startCollector } from '../running-collector.ts'
import { TARGET } from '../story.ts'

const file = temporaryFolder()
const TOKENS: Record<string, Identity> = {
  'agent-a': { kind: 'agent', node: 'a' },
  'agent-b': { kind: 'agent', node: 'b' },
  host: { kind: 'prober' },
}
let running: RunningCollector[] = []
let isApiAway = false

async function start(
  store = ':memory:',
  boot = 'first',
  clock: FakeClock = createFakeClock(),
  log = createRecordedLog(),
) {
  const one = await startCollector(
    {
      store,
      log,
      ingest: {
        listen: { host: '127.0.0.1', port: 0 },
        tls: 'off',
        cluster: 'dev',
        async authenticate(token) {
          if (isApiAway) throw new Error('connection refused')
          return TOKENS[token] ?? null
        },
      },
    },
    boot,
    clock,
  )
  running.push(one)
  const url = `http://127.0.0.1:${one.collector.ingestAddress?.port}`
  async function send(token: string | null, body: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${url}/api/v1/ingest`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { 'portolan-token': token }),
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return {
      status: response.status,
      body: (await response.json()) as Receipt & { detail: string },
      headers: response.headers,
    }
  }
  async function metric(line: RegExp) {
    return (await (await fetch(`${one.url}/metrics`)).text()).split('\n').filter((one) => line.test(one))
  }
  return { ...one, ingest: url, send, metric }
}

afterEach(async () => {
  isApiAway = false
  for (const { collector } of running) await collector.stop()
  running = []
})

const agent: BatchedFact['observed'] = { kind: 'agent', node: 'a', address: '172.18.0.2', echoPort: 9466 }

function batch(more: Partial<Batch> = {}): Batch {
  return {
    cluster: 'dev',
    source: 'agent/a',
    boot: 'b1',
    facts: [{ sequence: 1, at: 1_700_000_000_000, observed: agent }],
    ...more,
  }
}

function outcome(vantage: string, more: object = {}): BatchedFact['observed'] {
  const plain = {
    target: 'peer:b',
    vantage,
    startedAt: 1_700_000_000_000,
    durationMs: 1,
    symptom: 'ok',
    protocol: 'echo',
    phases: {},
    timeoutMs: 2000,
    burst: false,
  }
  return { kind: 'outcome', outcome: { ...plain, ...more } } as BatchedFact['observed']
}

const T0 = 1_700_000_000_000
const one = (observed: unknown): Batch => batch({ facts: [{ sequence: 1, at: T0, observed } as BatchedFact] })

describe('what is taken', () => {
  test('a batch is acknowledged when it is in the store', async () => {
    const store = file('taken.db')
    const collector = await start(store)
    const answer = await collector.send('agent-a', batch())
    expect(answer).toMatchObject({ status: 200, body: { acknowledged: 1 } })
    expect(Number(answer.headers.get('portolan-clock'))).toBe(collector.clock.now())
    const reader = openStoreReader(store)
    const facts = await reader.facts({ limit: 100 })
    expect(facts.map(({ fact }) => fact)).toContainEqual(
      expect.objectContaining({ source: 'agent/a', boot: 'b1', sequence: 1, observed: agent }),
    )
    reader.close()
  })

  test('a second delivery changes nothing, in the next life of the collector neither', async () => {
    const store = file('twice.db')
    const clock = createFakeClock()
    const collector = await start(store, 'first', clock)
    await collector.send('agent-a', batch())
    expect(await collector.send('agent-a', batch())).toMatchObject({ status: 200, body: { acknowledged: 1 } })
    expect(await collector.metric(/^portolan_ingest_rejected_total\{reason="repeated"\}/)).toEqual([
      'portolan_ingest_rejected_total{reason="repeated"} 1',
    ])
    await collector.collector.stop()
    const next = await start(store, 'second', clock)
    const more = batch({ facts: [...batch().facts, { sequence: 2, at: 1_700_000_001_000, observed: agent }] })
    expect(await next.send('agent-a', more)).toMatchObject({ status: 200, body: { acknowledged: 2 } })
    await next.collector.stop()
    const reader = openStoreReader(store)
    const sequences = (await reader.facts({ limit: 100 }))
      .filter(({ fact }) => fact.source === 'agent/a')
      .map(({ fact }) => fact.sequence)
    expect(sequences).toEqual([1, 2])
    reader.close()
  })

  test('times are told by the clock of the collector', async () => {
    const store = file('clock.db')
    const collector = await start(store)
    const observed = outcome('node/a', { run: { count: 2, until: 1_700_000_000_500, durationsMs: [1, 1] } })
    const body = batch({ facts: [{ sequence: 1, at: 1_700_000_000_000, observed }] })
    await collector.send('agent-a', body, { 'portolan-clock-offset': '-2000' })
    const reader = openStoreReader(store)
    const found = (await reader.facts({ limit: 100 })).find(({ fact }) => fact.source === 'agent/a')
    expect(found?.fact).toMatchObject({
      at: 1_699_999_998_000,
      observed: { outcome: { startedAt: 1_699_999_998_000, run: { until: 1_699_999_998_500 } } },
    })
    reader.close()
  })
})

test('a batch that was measured before the clock of the collector was set is of now all the same', async () => {
  const store = file('clock-set.db')
  const collector = await start(store)
  const sentAt = Date.now() - 3_600_000
  const body = batch({
    facts: [{ sequence: 1, at: sentAt - 1000, observed: outcome('node/a', { startedAt: sentAt }) }],
  })
  await collector.send('agent-a', body, { 'portolan-clock-offset': '0', 'portolan-sent-at': String(sentAt) })
  const reader = openStoreReader(store)
  const found = (await reader.facts({ limit: 100 })).find(({ fact }) => fact.source === 'agent/a')?.fact
  expect((found?.receivedAt ?? 0) - (found?.at ?? 0)).toBeLessThan(60_000)
  reader.close()
})

describe('what is refused, told and counted, and never stored', () => {
  test.each<[string, string | null, unknown, number, RegExp, string]>([
    ['no token', null, batch(), 401, /expected a service account token in the header portolan-token/, 'no_token'],
    ['an unknown source', 'stranger', batch(), 403, /not one of an agent or a prober/, 'unknown_source'],
    ["another node's name", 'agent-b', batch(), 403, /the agent on b may not speak as agent\/a/, 'not_its_own'],
    [
      'an agent that speaks as the prober',
      'agent-a',
      batch({ source: 'prober/x' }),
      403,
      /may not speak as prober\/x/,
      'not_its_own',
    ],
    [
      "another node's vantage",
      'agent-a',
      one(outcome('node/b')),
      422,
      /the vantage node\/b is not its own/,
      'not_its_own',
    ],
    [
      'an agent that tells of the engine',
      'agent-a',
      one({ kind: 'engine', status: 'lost', reason: 'x' }),
      422,
      /an agent may not report engine/,
      'not_its_own',
    ],
    [
      'another cluster',
      'agent-a',
      batch({ cluster: 'prod' }),
      422,
      /the collector of dev, not of prod/,
      'wrong_cluster',
    ],
    ['a batch of something else', 'agent-a', { hello: 1 }, 400, /not a batch: .*cluster/, 'malformed'],
    [
      'an outcome with an unknown symptom',
      'agent-a',
      one(outcome('node/a', { symptom: 'sad' })),
      400,
      /facts\.0\.observed/,
      'malformed',
    ],
    ['what only the collector may say', 'agent-a', one({ kind: 'tick' }), 400, /facts\.0\.observed/, 'malformed'],
    ['no JSON', 'agent-a', '{', 400, /not JSON/, 'malformed'],
    ['too much', 'agent-a', JSON.stringify({ x: 'x'.repeat(4_200_000) }), 413, /4194304 bytes/, 'too_large'],
  ])('%s', async (_, token, body, status, detail, reason) => {
    const store = file(`refused-${reason}-${status}-${Math.random()}.db`)
    const collector = await start(store)
    const answer = await collector.send(token, body)
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toMatch(detail)
    expect(await collector.metric(new RegExp(`^portolan_ingest_rejected_total.reason="${reason}"`))).toEqual([
      `portolan_ingest_rejected_total{reason="${reason}"} 1`,
    ])
    await collector.collector.stop()
    const reader = openStoreReader(store)
    expect((await reader.facts({ limit: 100 })).filter(({ fact }) => fact.source !== 'collector')).toEqual([])
    reader.close()
  })

  test('too many requests at once, until some time has passed', async () => {
    const collector = await start()
    const statuses: number[] = []
    for (let n = 0; n < 110; n++) statuses.push((await collector.send('agent-a', batch())).status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(10)
    collector.clock.advance(1000)
    expect((await collector.send('agent-a', batch())).status).toBe(200)
  })

  test('everything, as long as nobody can say who asks', async () => {
    isApiAway = true
    const collector = await start()
    const { status, body } = await collector.send('agent-a', batch())
    expect(status).toBe(503)
    expect(body.detail).toMatch(/cannot be identified at the moment: connection refused/)
  })

  test('nothing that was seen can be read there, the metrics neither', async () => {
    const { ingest } = await start()
    for (const path of ['/', '/metrics', '/api/v1/targets', '/api/v1/notes', '/api/v1/stream'])
      expect((await fetch(`${ingest}${path}`)).status).toBe(404)
  })
})

describe('one bad agent', () => {
  const found = (n: number): BatchedFact => ({
    sequence: n + 1,
    at: T0,
    observed: { kind: 'protocol', identity: `pod/${n}`, protocol: 'http', why: 'it answered in HTTP' },
  })

  test('cannot excuse a dark port by gaps of its own', async () => {
    const collector = await start()
    const { clock, story } = collector
    collector.take(...story.found(), story.probed('ok'), ...story.moved())
    for (let sequence = 1; sequence <= 4; sequence += 1) {
      clock.advance(1000)
      const to = clock.now()
      const observed = { kind: 'gap', scope: 'prober', from: to - 1000, to, reason: 'asleep' } as const
      expect((await collector.send('agent-a', batch({ facts: [{ sequence, at: to, observed }] }))).status).toBe(200)
      collector.take(story.probed('silent'))
    }
    expect(await collector.told('incident.opened')).toMatchObject({ target: TARGET })
    expect(collector.changes.filter(({ type }) => type === 'gap')).toHaveLength(4)
  })

  test('that sends more bytes than anybody needs is put off before they are read, and another one is not', async () => {
    const collector = await start()
    const padded = JSON.stringify(batch({ facts: [] })) + ' '.repeat(4 * 1024 * 1024 - 200)
    const statuses: number[] = []
    for (let n = 0; n < 20; n += 1) statuses.push((await collector.send('agent-a', padded)).status)
    // Of 32 MiB at once the last one may be in part beyond.
    expect(statuses).toEqual(Array.from({ length: 20 }, (_, n) => (n < 9 ? 200 : 429)))
    expect((await collector.send('agent-b', batch({ source: 'agent/b', facts: [] }))).status).toBe(200)
    collector.clock.advance(10_000)
    expect((await collector.send('agent-a', batch({ facts: [] }))).status).toBe(200)
  })

  test('that begins very many batches and ends none holds no more of them than anybody needs', async () => {
    const collector = await start()
    const begun = Array.from({ length: 8 }, () => {
      const headers = { 'content-type': 'application/json', 'content-length': '1000', 'portolan-token': 'agent-a' }
      const one = request(`${collector.ingest}/api/v1/ingest`, { method: 'POST', headers, agent: false })
      one.on('error', () => {})
      one.write('{')
      return one
    })
    const next = () => collector.send('agent-a', batch({ facts: [] }))
    while ((await next()).status === 200) collector.clock.advance(1000)
    expect(await next()).toMatchObject({ status: 429, body: { detail: expect.stringContaining('too many bytes') } })
    expect((await collector.send('agent-b', batch({ source: 'agent/b', facts: [] }))).status).toBe(200)
    for (const one of begun) one.destroy()
    while ((await next()).status === 429) collector.clock.advance(1000)
  })

  test('that names a new boot with each batch is put off, and leaves a bounded number of streams', async () => {
    const store = file('boots.db')
    const clock = createFakeClock()
    const collector = await start(store, 'first', clock)
    const statuses: number[] = []
    for (let n = 0; n < 600; n += 1) {
      if (n > 0 && n % 20 === 0) clock.advance(1000)
      statuses.push((await collector.send('agent-a', batch({ boot: `b${n}` }))).status)
    }
    // 100 at once and one more each 10 s of the 29 s that passed.
    expect(statuses.filter((status) => status === 200)).toHaveLength(102)
    expect((await collector.send('agent-b', batch({ source: 'agent/b', boot: 'b', facts: [] }))).status).toBe(200)
    for (let n = 0; n < 300; n += 1) {
      clock.advance(10_000)
      await collector.send('agent-a', batch({ boot: `later${n}` }))
    }
    await collector.collector.stop()
    const next = await start(store, 'second', clock)
    expect((await next.send('agent-a', batch({ boot: 'later299' }))).body).toMatchObject({ acknowledged: 1 })
    expect(await next.metric(/^portolan_ingest_rejected_total\{reason="repeated"\}/)).toEqual([
      'portolan_ingest_rejected_total{reason="repeated"} 1',
    ])
    await next.collector.stop()
    const reader = openStoreReader(store)
    const streams = await reader.streams()
    reader.close()
    // 256 after each turn of the retention, which takes its turn each 10 s.
    expect(streams.filter(({ source }) => source === 'agent/a').length).toBeLessThan(260)
    expect(streams.filter(({ source }) => source === 'agent/b')).toHaveLength(1)
  })

  test('that finds out protocols without end is heard up to a bound, and with all else', async () => {
    const collector = await start()
    const facts = Array.from({ length: 1900 }, (_, n) => found(n))
    await collector.send('agent-a', batch({ facts }))
    const more = Array.from({ length: 200 }, (_, n) => found(n + 1900))
    const answer = await collector.send('agent-a', batch({ facts: [...more, { ...found(2100), observed: agent }] }))
    expect(answer.body).toEqual({ acknowledged: 2101 })
    expect(await collector.metric(/^portolan_ingest_rejected_total\{reason="too_large"\}/)).toEqual([
      'portolan_ingest_rejected_total{reason="too_large"} 100',
    ])
    await collector.send('agent-a', batch({ boot: 'b2', facts }))
    expect(await collector.metric(/^portolan_ingest_rejected_total\{reason="too_large"\}/)).toEqual([
      'portolan_ingest_rejected_total{reason="too_large"} 100',
    ])
  })
})

describe('a number that nothing can have', () => {
  const DAY = 24 * 3_600_000
  const gap = (from: number, to: number, at = T0) =>
    batch({
      facts: [{ sequence: 1, at, observed: { kind: 'gap', scope: 'prober', from, to, reason: 'asleep' } }],
    })
  const seen = (more: object) => one(outcome('node/a', more))

  test.each<[string, Batch, RegExp]>([
    ['a fact of no time', gap(T0, T0, 1e300), /facts\.0\.at: /],
    ['a gap that begins at no time', gap(1e300, 1e300), /facts\.0\.observed\.from: /],
    ['a gap that ends in two days', gap(T0, T0 + 2 * DAY), /facts\.0\.observed\.to: expected a time from 2023-10-15T/],
    [
      'an outcome of two days ahead',
      seen({ startedAt: T0 + 2 * DAY }),
      /observed\.outcome\.startedAt: expected a time/,
    ],
    ['an outcome of 31 days ago', seen({ startedAt: T0 - 31 * DAY }), /observed\.outcome\.startedAt: expected a time/],
    [
      'a run that goes on for days',
      seen({ run: { count: 2, until: T0 + 2 * DAY, durationsMs: [] } }),
      /observed\.outcome\.run\.until: expected a time/,
    ],
    ['a probe that took for ever', seen({ durationMs: 1e300 }), /observed\.outcome\.durationMs: /],
    ['more datagrams than there are', seen({ echo: { sent: 1e15 } }), /observed\.outcome\.echo\.sent: /],
  ])('%s is refused by its key, and all goes on', async (_, body, detail) => {
    const store = file(`number-${Math.random()}.db`)
    const collector = await start(store)
    collector.take(...collector.story.found())
    const answer = await collector.send('agent-a', body)
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringMatching(detail) } })
    expect(await collector.send('agent-a', { ...batch(), boot: 'next' })).toMatchObject({ status: 200 })
    await collector.collector.flush()
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
    const timeline = await collector.get('/api/v1/timeline')
    expect(timeline.status).toBe(200)
    expect(timeline.body.entries.filter(({ type }: { type: string }) => type === 'gap')).toEqual([])
  })

  test('a clock offset that is no number is refused by the name of its header', async () => {
    const collector = await start()
    const answer = await collector.send('agent-a', batch(), { 'portolan-clock-offset': '1e300' })
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/portolan-clock-offset: expected whole milli/) },
    })
  })

  test('what a clock offset makes of a time counts, not what the source wrote', async () => {
    const collector = await start()
    const ahead = seen({ startedAt: T0 + 2 * DAY })
    expect(await collector.send('agent-a', ahead, { 'portolan-clock-offset': String(-2 * DAY) })).toMatchObject({
      status: 200,
    })
  })

  test('a gap that began before history is kept is told as far as that goes, and not beyond now', async () => {
    const collector = await start()
    collector.take(...collector.story.found())
    expect(await collector.send('agent-a', gap(T0 - 90 * DAY, T0 + DAY / 2))).toMatchObject({ status: 200 })
    const { entries } = (await collector.get('/api/v1/timeline')).body
    const day = (text: string) => (Date.parse(text) - collector.clock.now()) / DAY
    expect(entries.map(({ from, to }: { from: string; to: string }) => [day(from), day(to)])).toEqual([[-30, 0]])
  })
})

describe('who was heard', () => {
  const HEARD = /^portolan_source_last_heard_timestamp_seconds/
  const series = (kind: string, seconds: number) =>
    `portolan_source_last_heard_timestamp_seconds{cluster="dev",source_kind="${kind}"} ${seconds}`
  const told = (one: Awaited<ReturnType<typeof start>>) => one.metric(HEARD)

  test('nobody yet is 0, a batch and a question are signs of life, and the next life of the collector knows', async () => {
    const store = file('heard.db')
    const clock = createFakeClock()
    const collector = await start(store, 'first', clock)
    expect(await told(collector)).toEqual([series('prober', 0), series('agent', 0)])
    await collector.send('agent-a', batch())
    const asked = await fetch(`${collector.ingest}/api/v1/assignment?cluster=dev&source=prober/x`, {
      headers: { 'portolan-token': 'host' },
    })
    expect(asked.status).toBe(200)
    const now = clock.now() / 1000
    expect(await told(collector)).toEqual([series('prober', now), series('agent', now)])
    await collector.collector.stop()
    clock.advance(60_000)
    expect(await told(await start(store, 'second', clock))).toEqual([series('prober', 0), series('agent', now)])
  })

  test('whoever is not of this cluster is not', async () => {
    const collector = await start()
    await collector.send('agent-a', batch({ cluster: 'prod' }))
    expect(await told(collector)).toEqual([series('prober', 0), series('agent', 0)])
  })

  test('what a node saw that is not heard any more is not told', async () => {
    const collector = await start()
    collector.take(...collector.story.found())
    const hello = (node: string) =>
      ({ kind: 'agent', node, address: node === 'a' ? '172.18.0.2' : '172.18.0.3', echoPort: 9466 }) as const
    const facts = (observed: BatchedFact['observed'][], from = 1) =>
      batch({
        facts: observed.map((one, index) => ({ sequence: from + index, at: collector.clock.now(), observed: one })),
      })
    await collector.send('agent-b', { ...facts([hello('b')]), source: 'agent/b' })
    await collector.send('agent-a', facts([hello('a')]))
    collector.clock.advance(1100)
    await collector.send('agent-a', facts([outcome('node/a')], 2))
    const up = 'portolan_mesh_up{cluster="dev",source_node="a",target_node="b"} 1'
    expect(await collector.metric(/^portolan_mesh_up/)).toEqual([up])
    collector.clock.advance(20_000)
    expect(await collector.metric(/^portolan_(mesh_up|agents)/)).toEqual([
      'portolan_agents_expected{cluster="dev"} 2',
      'portolan_agents_reporting{cluster="dev"} 0',
    ])
  })
})

describe('what observers are told to do', () => {
  async function orders(url: string, token: string, source: string, after = 0, collector = ''): Promise<Orders> {
    const query = new URLSearchParams({ cluster: 'dev', source, after: String(after), collector, wait: '20' })
    const response = await fetch(`${url}/api/v1/assignment?${query.toString()}`, {
      headers: { 'portolan-token': token },
    })
    expect(response.status).toBe(200)
    return (await response.json()) as Orders
  }

  test('the prober gets what is probed from the host, at once when it changes', async () => {
    const collector = await start()
    const first = await orders(collector.ingest, 'host', 'prober/x')
    const waiting = orders(collector.ingest, 'host', 'prober/x', first.version, first.collector)
    collector.take(...collector.story.found())
    expect((await waiting).assignment.plans.length + first.assignment.plans.length).toBeGreaterThanOrEqual(0)
    const now = await orders(collector.ingest, 'host', 'prober/x')
    expect(now.assignment.plans.map(({ target }) => target)).toContain(TARGET)
  })

  test('each agent gets its own, as soon as it is heard', async () => {
    const collector = await start()
    collector.take(...collector.story.found())
    await collector.send('agent-a', batch())
    await collector.send(
      'agent-b',
      batch({
        source: 'agent/b',
        facts: [
          { sequence: 1, at: T0, observed: { ...agent, node: 'b', address: '172.18.0.3' } as BatchedFact['observed'] },
        ],
      }),
    )
    collector.clock.advance(1100)
    const { assignment } = await orders(collector.ingest, 'agent-b', 'agent/b')
    expect(assignment.plans.map(({ target }) => target)).toEqual(
      expect.arrayContaining(['peer:a', 'kube-proxy:b', 'node:a:30080']),
    )
    expect(assignment.peers).toEqual(['172.18.0.2'])
  })

  const CLOUD = '169.254.169.254'
  const ETCD = '172.18.0.99'

  async function everywhere(url: string) {
    const all = await Promise.all(
      ['a', 'b'].map(async (node) => (await orders(url, `agent-${node}`, `agent/${node}`)).assignment),
    )
    return {
      addresses: all.flatMap(({ plans }) => plans.map(({ address }) => address)),
      peers: all.flatMap(({ peers }) => peers),
      targets: all.flatMap(({ plans }) => plans.map(({ target }) => target)),
    }
  }

  async function arrive(collector: Awaited<ReturnType<typeof start>>, addressOfA: string): Promise<void> {
    for (let sequence = 1; sequence <= 2; sequence++) {
      for (const [node, address] of [
        ['a', addressOfA],
        ['b', '172.18.0.3'],
      ] as const) {
        const facts = [{ sequence, at: T0, observed: { kind: 'agent', node, address, echoPort: 9466 } as const }]
        expect(await collector.send(`agent-${node}`, batch({ source: `agent/${node}`, facts }))).toMatchObject({
          status: 200,
        })
      }
      collector.clock.advance(1100)
    }
  }

  test('nobody is sent to an address that an agent claims and its node has not, which is said once by name', async () => {
    const log = createRecordedLog()
    const collector = await start(':memory:', 'first', createFakeClock(), log)
    collector.take(...collector.story.found())
    await arrive(collector, CLOUD)
    const { addresses, peers, targets } = await everywhere(collector.ingest)
    expect(addresses).not.toContain(CLOUD)
    expect(peers).toEqual([])
    expect(targets.filter((target) => target.startsWith('peer:'))).toEqual([])
    const said = log.messages.filter((message) => message.includes('an address that is none of its node'))
    expect(said).toHaveLength(1)
    expect(await collector.metric(/^portolan_faults_total\{kind="agent_address"/)).toEqual([
      'portolan_faults_total{kind="agent_address"} 2',
    ])
  })

  test('nobody is sent to etcd because somebody wrote it into a slice, nor to the Service that leads there', async () => {
    const collector = await start()
    collector.take(...collector.story.found())
    await arrive(collector, '172.18.0.2')
    expect((await everywhere(collector.ingest)).addresses).toContain('10.244.1.7')
    const slice = collector.story
      .found()
      .flatMap(({ observed }) => (observed.kind === 'listed' ? observed.objects : []))
      .find(({ kind }) => kind === 'EndpointSlice') as EndpointSliceSnapshot
    const [endpoint] = slice.endpoints
    const object = {
      ...slice,
      name: 'by-hand',
      uid: 'by-hand',
      byHand: true,
      endpoints: [{ ...endpoint, addresses: [ETCD] }],
      ports: [{ name: 'http', port: 2379, protocol: 'TCP' }],
    } as EndpointSliceSnapshot
    collector.take(collector.story.fact('kube', { kind: 'object', change: 'set', object }))
    const { addresses, targets } = await everywhere(collector.ingest)
    expect(addresses).toContain('10.244.1.7')
    expect(addresses).not.toContain(ETCD)
    expect(targets.filter((target) => /^(node|service:web)/.test(target))).toEqual([])
    const explained = await collector.get(`/api/v1/targets/${TARGET}`)
    expect(JSON.stringify(explained.body.hops)).toContain(`not probed: ${ETCD}:2379`)
  })
})
