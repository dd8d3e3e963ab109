import { afterEach, expect, test } from '@jest/globals'
import { createFakeClock, silentLog } from '@portolan/testing'
import { type HttpServer, startHttpServer } from '@portolan/runtime'
import { createHubIngest } from '../../src/hub/ingest.ts'
import type { HubStore } from '../../src/store/postgres/hub-store.ts'
import { incident } from '../store/examples.ts'
import { batchOf, post } from './sending.ts'

let server: HttpServer | null = null

afterEach(() => server?.stop())

/** What collectors talk to, in front of a store that takes all. */
async function startIngest(clock = createFakeClock()) {
  const rejected: string[] = []
  const app = createHubIngest({
    store: { id: 'hub', take: async ({ facts }: { facts: unknown[] }) => facts.length } as unknown as HubStore,
    tokens: { find: (token) => ({ name: token, labels: {} }) },
    clock,
    log: silentLog,
    onRejected: (reason) => void rejected.push(reason),
    onTaken() {},
    onDropped() {},
  })
  server = await startHttpServer(app, { host: '127.0.0.1', port: 0 })
  return { clock, rejected, url: server.url }
}

test('who sends history without end is put off, and another sender is not', async () => {
  const { clock, rejected, url } = await startIngest()
  const remedies = Array.from({ length: 190 }, () => ({ text: 'x'.repeat(5000) }))
  const long = { ...incident('x', { cluster: 'dev', openedAt: clock.now() }), remedies }
  const observed = { kind: 'incident', incident: long }
  const facts = [{ sequence: 1, at: clock.now(), observed }]
  const batch = { cluster: 'dev', source: 'collector/test', boot: 'b', facts }
  const statuses = new Set<number>()
  for (let sent = 0; sent < 200 && !statuses.has(429); sent += 1) {
    clock.advance(20) // As fast as requests may come.
    statuses.add((await post(url, 'bad', batch)).status)
  }
  expect([...statuses]).toEqual([200, 429])
  expect(rejected).toEqual(['too_fast'])
  expect((await post(url, 'good', batchOf('dev', [1], clock.now()))).status).toBe(200)
  clock.advance(60_000)
  expect((await post(url, 'bad', batchOf('dev', [1], clock.now()))).status).toBe(200)
}, 120_000)
