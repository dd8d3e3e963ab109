import { afterEach, expect, test } from '@jest/globals'
import type { TargetExplanation } from '@portolan/core'
import { createFakeClock, type FakeClock, temporaryFolder } from '@portolan/testing'
import { createDatabase } from '../../src/store/postgres/database.ts'
import { createFleetReader, type FleetReader } from '../../src/store/postgres/fleet.ts'
import { createHubStore, type HubStore } from '../../src/store/postgres/hub-store.ts'
import { readDatabasePlace } from '../../src/store/postgres/place.ts'
import { incident } from '../store/examples.ts'
import { ask, describePostgres } from '../store/postgres/postgres.ts'
import { type RunningHub, startHub, writeTokens } from './running-hub.ts'
import { post } from './sending.ts'

const DAY = 24 * 3_600_000
const NEVER = Number.MAX_SAFE_INTEGER

const file = temporaryFolder()
let undo: (() => unknown)[] = []

afterEach(async () => {
  for (const one of undo.toReversed()) await one()
  undo = []
})

describePostgres('one sender of a hub that sends without end', (postgres) => {
  interface Scene {
    url: string
    clock: FakeClock
    hub: RunningHub
    store: HubStore
    fleet: FleetReader
    /** Sends facts of a cluster `dev`. @returns the status */
    send(sender: 'bad' | 'good', facts: object[]): Promise<number>
  }

  /** Both have a cluster `dev`. */
  async function scene(): Promise<Scene> {
    const clock = createFakeClock()
    const tokens = writeTokens(file('tokens.json'), ['bad', 'good'])
    const url = await postgres.newDatabase()
    const hub = await startHub({ store: url, tokens: file('tokens.json'), clock })
    undo.push(hub.hub.stop)
    const database = createDatabase(readDatabasePlace(url), { connections: 2, statementMs: 20_000 })
    undo.push(database.close)
    const store = await createHubStore(database, () => {})
    for (const name of ['bad/dev', 'good/dev']) await store.heard(name, {}, clock.now())
    const fleet = createFleetReader(database, () => {}, 32 * 1024 * 1024)
    const ingest = hub.hub.ingestAddress?.url ?? ''
    async function send(sender: string, observed: object[]): Promise<number> {
      const facts = observed.map((one, index) => ({ sequence: index + 1, at: clock.now(), observed: one }))
      const batch = { cluster: 'dev', source: 'collector/test', boot: 'b', facts }
      return (await post(ingest, tokens.get(sender) ?? '', batch)).status
    }
    return { url, clock, hub, store, fleet, send }
  }

  /** @param columns of each of them, by their number `n` */
  const addIncidents = (url: string, count: number, columns: { openedAt: string; closedAt: string; body: string }) =>
    ask(
      url,
      `INSERT INTO portolan.incidents (cluster, id, target, cause, opened_at, closed_at, ends_at, symptoms, body)
       SELECT 'bad/dev', 'x' || n, 'host:1', 'etp_local', ${columns.openedAt}, ${columns.closedAt},
         coalesce(${columns.closedAt}, ${NEVER}), '[]', ${columns.body} FROM generate_series(1, ${count}) AS n`,
    )

  test('hides no open incident of another one, and takes nobody the page of the fleet', async () => {
    const { url, clock, hub, send } = await scene()
    const reported = incident('dev-30080-x', { cluster: 'dev', openedAt: clock.now() - 1000, summary: 'of good' })
    expect(await send('good', [{ kind: 'incident', incident: reported }])).toBe(200)
    const body = `format('{"summary":"%s"}', repeat('x', 4000))`
    await addIncidents(url, 12_000, { openedAt: '0', closedAt: 'NULL::bigint', body })
    const { status, body: answer } = await hub.get('/api/v1/fleet')
    expect(status).toBe(200)
    expect(answer.clusters).toMatchObject([
      { cluster: 'bad/dev', open: 2000 },
      { cluster: 'good/dev', open: 1, worst: { summary: 'of good' } },
    ])
  }, 120_000)

  test('and whose incidents are long takes the summary of no shorter one', async () => {
    const { url, clock, hub, send } = await scene()
    const reported = incident('dev-30080-x', { cluster: 'dev', openedAt: clock.now() - 1000, summary: 'of good' })
    expect(await send('good', [{ kind: 'incident', incident: reported }])).toBe(200)
    const body = `format('{"summary":"%s"}', repeat('x', 40000000))`
    await addIncidents(url, 1, { openedAt: '0', closedAt: 'NULL::bigint', body })
    const { status, body: answer } = await hub.get('/api/v1/fleet')
    expect(status).toBe(200)
    expect(answer.clusters).toMatchObject([{ worst: { summary: '' } }, { worst: { summary: 'of good' } }])
  }, 120_000)

  test('makes no answer longer than there are bars to draw, of incidents that are over', async () => {
    const { url, clock, fleet } = await scene()
    const from = clock.now() - DAY
    // An end before the beginning as well: who sends it says so.
    const columns = { openedAt: `${from} + n`, closedAt: `${from} + n - (n % 2) * 2 + 1`, body: `'{}'` }
    await addIncidents(url, 20_000, columns)
    expect((await fleet.outages(from)).length).toBeLessThan(3)
  }, 120_000)

  test('keeps a bounded number of ports', async () => {
    const { url, clock, store } = await scene()
    await ask(
      url,
      `INSERT INTO portolan.ports (cluster, target, state, view, body)
       SELECT 'bad/dev', 'host:' || n, 'up', '{}', '{}' FROM generate_series(1, 12000) AS n`,
    )
    const explanation = { target: { state: 'up', darkProbability: null } } as TargetExplanation
    const fact = {
      sequence: 1,
      at: clock.now(),
      observed: { kind: 'port', target: 'host:30080', explanation },
    } as const
    await store.take({ cluster: 'bad/dev', source: 'collector/test', boot: 'b', facts: [fact] }, {}, clock.now())
    expect(await ask(url, 'SELECT count(*)::int AS count FROM portolan.ports')).toEqual([{ count: 10_000 }])
  }, 120_000)

  test('makes no table for each day of a year whose minutes nobody keeps', async () => {
    const { url, clock, send } = await scene()
    const minute = clock.now() - (clock.now() % 60_000)
    const rollups = Array.from({ length: 380 }, (_, day) => ({
      kind: 'rollup',
      rollup: { target: 'host:30080', at: minute - day * DAY, attempts: 10, failed: 0, medianMs: 1 },
    }))
    expect(await send('bad', rollups)).toBe(200)
    const of = (table: string) =>
      ask(url, `SELECT count(*)::int AS count FROM pg_inherits WHERE inhparent = 'portolan.${table}'::regclass`)
    for (const table of ['bars', 'rollups_minute']) expect((await of(table))[0]?.['count']).toBeLessThanOrEqual(16)
    expect(await ask(url, 'SELECT count(*)::int AS count FROM portolan.rollups_hour')).toEqual([{ count: 380 }])
  }, 120_000)

  test('takes away no note of another one', async () => {
    const { url, clock, store } = await scene()
    const add = (name: string, count: number) =>
      ask(
        url,
        `INSERT INTO portolan.notes (id, cluster, started_at, ended_at, body)
         SELECT '${name}' || n, '${name}/dev', ${clock.now()}, ${clock.now() + DAY}, '{}' FROM generate_series(1, ${count}) AS n`,
      )
    await add('good', 1)
    await add('bad', 6000)
    await store.maintain(clock.now())
    const left = 'SELECT cluster, count(*)::int AS count FROM portolan.notes GROUP BY cluster ORDER BY cluster'
    expect(await ask(url, left)).toEqual([
      { cluster: 'bad/dev', count: 5000 },
      { cluster: 'good/dev', count: 1 },
    ])
  }, 120_000)
})
