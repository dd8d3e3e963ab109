import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from '@jest/globals'
import { createFakeClock, createRecordedLog, temporaryFolder } from '@portolan/testing'
import { type RunningCollector, startCollector } from '../running-collector.ts'

const file = temporaryFolder()
let one: RunningCollector | undefined

afterEach(() => one?.collector.stop())

/** The story of one outage, of which one row of each table is damaged afterwards. */
async function startDamaged(log = createRecordedLog()): Promise<RunningCollector> {
  const store = file('s.db')
  const clock = createFakeClock()
  const before = await startCollector({ store }, 'first', clock)
  before.goDark()
  before.comeBack()
  await before.collector.flush()
  await before.collector.stop()
  const database = new DatabaseSync(store)
  database.exec(`UPDATE timeline SET body = json_set(body, '$.at', 1e300) WHERE id = (SELECT min(id) FROM timeline)`)
  database.exec(`UPDATE incidents SET body = json_set(body, '$.evidence', null)`)
  database.exec(`UPDATE epochs SET body = 'null' WHERE rowid = (SELECT min(rowid) FROM epochs)`)
  database.exec(`UPDATE facts SET body = '{' WHERE id = 2`)
  database.exec(`UPDATE clusters SET body = 'x'`)
  database.close()
  one = await startCollector({ store, log }, 'second', clock)
  return one
}

test('every answer of the API tells the rest of a damaged store, and so does the stream', async () => {
  const { get, url } = await startDamaged()
  for (const path of ['timeline', 'incidents', 'epochs', 'lanes', 'notes', 'probes', 'targets'])
    expect([path, (await get(`/api/v1/${path}`)).status]).toEqual([path, 200])
  expect((await get('/readyz')).status).toBe(200)
  expect((await get('/api/v1/timeline')).body.entries.length).toBeGreaterThan(2)
  expect((await get('/api/v1/incidents')).body.incidents).toEqual([])
  const stream = await fetch(`${url}/api/v1/stream`, { headers: { 'Last-Event-ID': '0' } })
  const { value } = (await stream.body?.getReader().read()) ?? {}
  expect(new TextDecoder().decode(value)).toContain('id: 2\n')
})

test('a damaged row is named in the log once, however often it is read, and counted', async () => {
  const log = createRecordedLog()
  const { get, metric } = await startDamaged(log)
  const named = () => log.messages.filter((message) => message === 'a damaged row of the store is left out').length
  await get('/api/v1/timeline')
  const first = named()
  await get('/api/v1/timeline')
  await get('/api/v1/timeline')
  expect(first).toBeGreaterThan(0)
  expect(named()).toBe(first)
  const [counted] = await metric(/^portolan_faults_total\{kind="row"/)
  expect(Number(counted?.split(' ')[1])).toBeGreaterThan(first)
})
