import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { TOKEN_HEADER } from '@portolan/core'
import { createFakeClock, type FakeClock, silentLog, temporaryFolder } from '@portolan/testing'
import { openStore } from '../../src/index.ts'
import { createHubFeed } from '../../src/upstream/hub-feed.ts'
import { startCollector } from '../running-collector.ts'
import { incident, stateChange } from '../store/examples.ts'
import { describePostgres } from '../store/postgres/postgres.ts'
import { linkTo, type RunningHub, startHub, until, writeTokens } from './running-hub.ts'
import { batchOf, post } from './sending.ts'

const DAY = 24 * 3_600_000

const file = temporaryFolder()
let clock: FakeClock
let undo: (() => unknown)[] = []

beforeEach(() => {
  clock = createFakeClock()
})

afterEach(async () => {
  for (const one of undo.toReversed()) await one()
  undo = []
})

async function replica(store: string, ingestPort = 0): Promise<RunningHub & { url: string }> {
  const one = await startHub({ store, tokens: file('tokens.json'), clock, ingestPort })
  undo.push(one.hub.stop)
  return { ...one, url: one.hub.ingestAddress?.url ?? '' }
}

function tokenOf(name: string): string {
  return writeTokens(file('tokens.json'), [name]).get(name) ?? ''
}

describePostgres('a hub', (postgres) => {
  test('shows on every replica what a collector decided, and who sent it', async () => {
    const token = tokenOf('team-a')
    const store = await postgres.newDatabase()
    const [first, second] = [await replica(store), await replica(store)]
    const one = await startCollector({ hub: linkTo(first.url, token) }, 'first', clock)
    undo.push(one.collector.stop)
    one.goDark()
    const ask = (path: string) =>
      until(
        () => second.get(path),
        ({ body }) => JSON.stringify(body).includes('host:30080'),
        clock,
      )
    expect((await ask('/api/v1/incidents')).body.incidents).toMatchObject([
      { cluster: 'team-a/dev', target: 'host:30080', state: 'open' },
    ])
    expect((await ask('/api/v1/targets?cluster=team-a/dev')).body.targets).toMatchObject([{ cluster: 'team-a/dev' }])
    expect((await ask('/api/v1/fleet')).body.clusters).toMatchObject([
      { cluster: 'team-a/dev', labels: { team: 'team-a' }, open: 1, worst: { target: 'host:30080' } },
    ])
    expect((await second.get('/api/v1/targets/host:30080')).body).toMatchObject({ target: { cluster: 'team-a/dev' } })
    expect((await second.get('/api/v1/fleet?label.team=other')).body.clusters).toEqual([])
  })

  test('feeds the stream of a page at one replica with what came in at another', async () => {
    const token = tokenOf('team-a')
    const store = await postgres.newDatabase()
    const [first, second] = [await replica(store), await replica(store)]
    const page = new AbortController()
    undo.push(() => page.abort())
    const { body } = await fetch(`${second.hub.address?.url}/api/v1/stream`, { signal: page.signal })
    expect((await post(first.url, token, batchOf('dev', [1], clock.now()))).status).toBe(200)
    let told = ''
    for await (const chunk of body ?? []) {
      told += new TextDecoder().decode(chunk)
      if (told.includes('"target.state"')) break
    }
    expect(told).toContain('"cluster":"team-a/dev"')
  })

  test('takes a batch once that comes to several replicas at the same time, and again later', async () => {
    const token = tokenOf('team-a')
    const store = await postgres.newDatabase()
    const [first, second] = [await replica(store), await replica(store)]
    const batch = batchOf('dev', [1, 2, 3], clock.now() - 1000)
    const answers = await Promise.all([first, second, first, second].map(({ url }) => post(url, token, batch)))
    answers.push(await post(second.url, token, batch))
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, '{"acknowledged":3}']))
    expect((await first.get('/api/v1/timeline')).body.entries).toHaveLength(3)
  })

  test.each([
    ['without a token', (): [string, unknown] => ['', batchOf('dev', [1], clock.now())], 401],
    ['with a token that nobody has', (): [string, unknown] => ['portolan-x', batchOf('dev', [1], clock.now())], 403],
    ['that is none', (): [string, unknown] => [tokenOf('a'), { cluster: 'dev' }], 400],
    [
      'of which a change is of another cluster',
      (): [string, unknown] => [tokenOf('a'), { ...batchOf('prod', [1], clock.now()), cluster: 'dev' }],
      400,
    ],
    [
      'of a time that is long over',
      (): [string, unknown] => [tokenOf('a'), batchOf('dev', [1], clock.now() - 500 * DAY)],
      400,
    ],
    [
      'of a time that is yet to come',
      (): [string, unknown] => [tokenOf('a'), batchOf('dev', [1], clock.now() + 3 * DAY)],
      400,
    ],
  ])('takes no batch %s', async (_, make, status) => {
    tokenOf('a')
    const [token, batch] = make()
    const one = await replica(await postgres.newDatabase())
    expect(await post(one.url, token, batch)).toMatchObject({ status })
    expect((await one.get('/api/v1/timeline')).body.entries).toEqual([])
  })

  test('keeps the clusters of each sender apart, however they call them', async () => {
    const tokens = writeTokens(file('tokens.json'), ['a', 'b'])
    const one = await replica(await postgres.newDatabase())
    for (const name of ['a', 'b'])
      await post(one.url, tokens.get(name) ?? '', batchOf('b/dev', [1], clock.now() - 1000))
    const { entries } = (await one.get('/api/v1/timeline')).body
    expect(entries.map(({ cluster }: { cluster: string }) => cluster)).toEqual(['a/b/dev', 'b/b/dev'])
  })

  test('answers with the incident of the cluster that is asked for, where two teams have one of the same name', async () => {
    const tokens = writeTokens(file('tokens.json'), ['a', 'b'])
    const one = await replica(await postgres.newDatabase())
    for (const [name, summary] of [
      ['a', 'of a'],
      ['b', 'of b'],
    ] as const) {
      const told = incident('dev-30080-x', { cluster: 'dev', openedAt: clock.now() - 1000, summary })
      const fact = { sequence: 1, at: clock.now(), observed: { kind: 'incident', incident: told } }
      const batch = { cluster: 'dev', source: 'collector/test', boot: 'b', facts: [fact] }
      expect(await post(one.url, tokens.get(name) ?? '', batch)).toMatchObject({ status: 200 })
    }
    for (const name of ['a', 'b']) {
      const { body } = await one.get(`/api/v1/incidents/dev-30080-x?cluster=${name}/dev`)
      expect(body).toMatchObject({ cluster: `${name}/dev`, summary: `of ${name}` })
    }
  })

  test('counts why ports were dark in each cluster, within the time that is asked for alone', async () => {
    const token = tokenOf('a')
    const one = await replica(await postgres.newDatabase())
    const at = clock.now() - 10_000
    const incidents = [
      incident('1', {
        cluster: 'dev',
        darkSince: at - 60_000,
        openedAt: at - 60_000,
        darkUntil: at + 1000,
        closedAt: at + 2000,
      }),
      incident('2', { cluster: 'dev', darkSince: at + 4000, openedAt: at + 4000, darkUntil: null, closedAt: null }),
      incident('3', {
        cluster: 'dev',
        darkSince: at - 9000,
        openedAt: at - 9000,
        darkUntil: at - 8000,
        closedAt: at - 8000,
      }),
    ]
    const facts = incidents.map((told, n) => ({ sequence: n + 1, at, observed: { kind: 'incident', incident: told } }))
    const batch = { cluster: 'dev', source: 'collector/test', boot: 'b', facts }
    expect(await post(one.url, token, batch)).toMatchObject({ status: 200 })
    const path = `/api/v1/fleet/causes?from=${new Date(at).toISOString()}`
    const its = { incidents: 2, open: 1, darkSeconds: 7, since: new Date(at - 60_000).toISOString() }
    expect((await one.get(path)).body.causes).toMatchObject([
      { cause: incidents[0]?.cause, ...its, clusters: [{ cluster: 'a/dev', ...its, incident: '2' }] },
    ])
    clock.advance(3_600_000)
    const later = (await one.get(path)).body.causes
    expect(later[0].darkSeconds).toBe(7)
    expect((await one.get(`${path}&label.team=b`)).body.causes).toEqual([])
    expect((await one.get('/api/v1/fleet/causes?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).status).toBe(400)
  })

  test('feeds the page of one cluster with nothing of the others', async () => {
    const tokens = writeTokens(file('tokens.json'), ['a', 'b'])
    const one = await replica(await postgres.newDatabase())
    const page = new AbortController()
    undo.push(() => page.abort())
    const { body } = await fetch(`${one.hub.address?.url}/api/v1/stream?cluster=b/dev`, { signal: page.signal })
    for (const name of ['a', 'b']) await post(one.url, tokens.get(name) ?? '', batchOf('dev', [1], clock.now() - 1000))
    let told = ''
    for await (const chunk of body ?? []) {
      told += new TextDecoder().decode(chunk)
      if (told.includes('"cluster":"b/dev"')) break
    }
    expect(told).not.toContain('a/dev')
  })

  test('has everything of a collector once that was away for a week', async () => {
    const token = tokenOf('laptop')
    const store = await postgres.newDatabase()
    const before = await replica(store)
    const port = before.hub.ingestAddress?.port ?? 0
    await before.hub.stop()
    const feed = createHubFeed({ link: linkTo(before.url, token, file('spool')), clock, log: silentLog, onState() {} })
    const times = Array.from({ length: 7 }, () => {
      clock.advance(DAY)
      feed.change(stateChange(clock.now(), 'host:1'))
      return clock.now()
    })
    const after = await replica(store, port)
    const { body } = await until(
      () => after.get('/api/v1/timeline'),
      (answer) => answer.body.entries.length >= 7,
      clock,
    )
    expect(body.entries.map(({ at }: { at: string }) => Date.parse(at))).toEqual(times)
    await feed.stop()
  })

  test('says that its database is away, takes nothing meanwhile, and goes on by itself', async () => {
    const token = tokenOf('a')
    const one = await replica(await postgres.newDatabase())
    const batch = batchOf('dev', [1, 2], clock.now() - 1000)
    await postgres.server().kill()
    expect((await post(one.url, token, batch)).status).toBe(503)
    const ready = () => one.get('/readyz')
    expect((await until(ready, ({ status }) => status === 503, clock)).status).toBe(503)
    await postgres.server().start()
    expect(
      (
        await until(
          () => post(one.url, token, batch),
          ({ status }) => status === 200,
          clock,
        )
      ).status,
    ).toBe(200)
    await until(ready, ({ status }) => status === 200, clock)
    expect((await one.get('/api/v1/timeline')).body.entries).toHaveLength(2)
  })

  test('and a collector share no database', async () => {
    tokenOf('a')
    const store = await postgres.newDatabase()
    await replica(store)
    await expect(openStore(store)).rejects.toMatchObject({ code: 'store_unusable' })
  })

  test('answers an uplink that it is there, with nothing to do', async () => {
    const token = tokenOf('a')
    const one = await replica(await postgres.newDatabase())
    const answer = await fetch(`${one.url}/api/v1/assignment?cluster=dev&source=collector%2Fx`, {
      headers: { [TOKEN_HEADER]: token },
    })
    expect(await answer.json()).toMatchObject({ assignment: { plans: [], peers: [] }, bursts: [] })
  })
})
