import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openStore, openStoreReader } from '../src/index.ts'
import { KEY, type RunningCollector, startCollector } from './running-collector.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'
import { temporaryFolder } from '@portolan/testing'

let running: RunningCollector
afterEach(async () => running?.collector.stop())

/** One heartbeat, and what it writes. */
async function beat(): Promise<void> {
  running.clock.advance(1000)
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  await running.collector.flush()
}

/** Heartbeats until it holds: the store is opened in another thread meanwhile. */
async function beatUntil(holds: () => boolean): Promise<void> {
  do {
    await new Promise((resolve) => setTimeout(resolve, 5))
    await beat()
  } while (!holds())
}

const note = () =>
  fetch(`${running.url}/api/v1/notes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ text: 'draining' }),
  })

const disk: SmallDisk | null = mountSmallDisk()

describe(
  disk === null ? 'a disk that is full (needs root and Linux, to mount a small one)' : 'a disk that is full',
  () => {
    const given = disk === null ? test.skip : test
    afterEach(() => disk?.remove())

    given('is said, takes no note, and keeps all that happened once there is room', async () => {
      const store = `${disk?.folder}/portolan.db`
      running = await startCollector({ store })
      running.take(...running.story.found())
      await beat()
      disk?.fill()
      const facts = Array.from({ length: 400 }, () => running.story.probed('ok'))
      running.take(...facts)
      await beat()
      expect(running.collector.fault()).toBe(`there is no room for the store ${store}`)
      expect(await running.get('/readyz')).toMatchObject({ status: 503, body: { detail: running.collector.fault() } })
      const refused = await note()
      expect([refused.status, await refused.json()]).toMatchObject([503, { detail: running.collector.fault() }])
      expect((await running.get('/api/v1/targets')).status).toBe(200)
      disk?.empty()
      await beat()
      expect(running.collector.fault()).toBeNull()
      expect((await running.get('/readyz')).status).toBe(200)
      expect((await note()).status).toBe(201)
      await running.collector.flush()
      const reader = openStoreReader(store)
      const kept = await reader.facts({ cluster: 'dev', limit: 10_000 })
      reader.close()
      const counts = kept.map(({ fact: { observed } }) =>
        observed.kind === 'outcome' ? (observed.outcome.run?.count ?? 1) : 0,
      )
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(400)
    })
  },
)

describe('a store that does not answer', () => {
  const file = temporaryFolder()

  function change(store: string, statement: string): void {
    const database = new DatabaseSync(store)
    database.exec(statement)
    database.close()
  }

  /** The first fact that is written to it takes some seconds in the thread that writes. */
  const HANG = `CREATE TRIGGER hang BEFORE INSERT ON facts WHEN NOT EXISTS (SELECT 1 FROM facts) BEGIN
      SELECT (WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 30000000) SELECT count(*) FROM n);
    END`

  test('is said, takes no note, and keeps all that happened once it answers', async () => {
    const store = file('portolan.db')
    running = await startCollector({ store })
    change(store, HANG)
    running.take(...running.story.found())
    running.clock.advance(20)
    await new Promise((resolve) => setImmediate(resolve))
    const waiting = note()
    await expect(running.get('/readyz')).resolves.toMatchObject({ status: 200 })
    running.clock.advance(10_000)
    expect(running.collector.fault()).toBe('the store has not answered for 10 s: its disk may hang')
    expect(await running.get('/readyz')).toMatchObject({ status: 503, body: { detail: running.collector.fault() } })
    expect((await waiting).status).toBe(503)
    const refused = await note()
    expect([refused.status, await refused.json()]).toMatchObject([503, { detail: running.collector.fault() }])
    expect((await running.get('/api/v1/targets')).status).toBe(200)
    running.take(running.story.probed('ok'))
    await beatUntil(() => running.collector.fault() === null)
    await running.collector.flush()
    expect((await running.get('/readyz')).status).toBe(200)
    change(store, 'DROP TRIGGER hang')
    const reader = openStoreReader(store)
    const kept = await reader.facts({ cluster: 'dev', limit: 10_000 })
    reader.close()
    expect(kept.map(({ fact }) => fact.observed.kind)).toEqual(expect.arrayContaining(['listed', 'outcome']))
  })
})

describe('a store that is not there any more', () => {
  const file = temporaryFolder()
  let store = ''
  let notices: string[] = []

  beforeEach(async () => {
    notices = []
    store = file('state/portolan.db')
    mkdirSync(dirname(store))
    running = await startCollector({ store, onNotice: (text) => notices.push(text) })
    running.goDark()
    await note()
    await beat()
    expect(running.collector.incidents()).toHaveLength(1)
  })

  async function isKeptOnceMore(how: string): Promise<void> {
    await beatUntil(() => notices.length > 0)
    await beatUntil(() => running.collector.fault() === null)
    expect(notices).toEqual([
      `The store ${store} was ${how} while Portolan ran: another one is opened there, without what was kept until now.`,
    ])
    expect(running.changes).toContainEqual(expect.objectContaining({ type: 'gap', reason: notices[0] }))
    expect(running.collector.fault()).toBeNull()
    const reader = openStoreReader(store)
    expect(await reader.incidents({ state: 'open', limit: 10 })).toMatchObject(running.collector.incidents())
    expect(await reader.notes({ limit: 10 })).toMatchObject([{ text: 'draining' }])
    expect(await reader.writer()).toMatchObject({ pid: process.pid, url: running.url })
    expect((await reader.views()).map(({ cluster }) => cluster)).toEqual(['dev'])
    expect((await reader.epochs({ limit: 100 })).filter(({ endedAt }) => endedAt === null)).toHaveLength(1)
    reader.close()
  }

  test('with its folder deleted: another one is opened within a heartbeat, with all that lasts still', async () => {
    rmSync(dirname(store), { recursive: true })
    await isKeptOnceMore('deleted')
  })

  test.each(['', '-wal', '.lock'])('with its file%s deleted', async (end) => {
    rmSync(`${store}${end}`)
    await isKeptOnceMore('deleted')
  })

  test('with a folder moved away: nothing is written into what was moved', async () => {
    renameSync(dirname(store), file('elsewhere'))
    await isKeptOnceMore('deleted')
    await expect(openStore(file('elsewhere/portolan.db')).then((other) => other.close())).resolves.toBeUndefined()
  })

  test('with another store in its place: that one goes on', async () => {
    const other = await openStore(file('other.db'))
    other.close()
    renameSync(file('other.db'), store)
    await isKeptOnceMore('replaced')
  })

  test('with something else in its place: it says so, keeps nothing, and goes on once that is gone', async () => {
    rmSync(dirname(store), { recursive: true })
    writeFileSync(dirname(store), 'a file')
    await beatUntil(() => /no other can be opened/.test(running.collector.fault() ?? ''))
    expect(running.collector.fault()).toMatch(
      /^The store .* was deleted while Portolan ran, and no other can be opened: /,
    )
    expect((await running.get('/readyz')).status).toBe(503)
    expect((await note()).status).toBe(503)
    expect((await running.get('/api/v1/incidents')).status).toBe(503)
    rmSync(dirname(store))
    await isKeptOnceMore('deleted')
  })

  test('that another Portolan took meanwhile is not written by two', async () => {
    rmSync(dirname(store), { recursive: true })
    mkdirSync(dirname(store))
    const other = await openStore(store)
    await beatUntil(() => /no other can be opened/.test(running.collector.fault() ?? ''))
    expect(running.collector.fault()).toMatch(/is in use by another Portolan/)
    other.close()
    await isKeptOnceMore('deleted')
  })
})
