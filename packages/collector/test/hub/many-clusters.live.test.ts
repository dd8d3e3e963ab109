import { afterEach, expect, test } from '@jest/globals'
import { createFakeClock, temporaryFolder } from '@portolan/testing'
import { createDatabase } from '../../src/store/postgres/database.ts'
import { createHubStore, MOST_CLUSTERS } from '../../src/store/postgres/hub-store.ts'
import { readDatabasePlace } from '../../src/store/postgres/place.ts'
import { describePostgres } from '../store/postgres/postgres.ts'
import { startHub, writeTokens } from './running-hub.ts'
import { batchOf, post } from './sending.ts'

const file = temporaryFolder()
let undo: (() => unknown)[] = []

afterEach(async () => {
  for (const one of undo.toReversed()) await one()
  undo = []
})

describePostgres('a hub', (postgres) => {
  test('takes no more clusters of a sender that makes up names, and goes on with those it knows and with others', async () => {
    const clock = createFakeClock()
    const tokens = writeTokens(file('tokens.json'), ['bad', 'good'])
    const url = await postgres.newDatabase()
    const { hub } = await startHub({ store: url, tokens: file('tokens.json'), clock })
    undo.push(hub.stop)
    const database = createDatabase(readDatabasePlace(url), { connections: 4, statementMs: 20_000 })
    undo.push(database.close)
    const store = await createHubStore(database, () => {})
    for (let number = 0; number < MOST_CLUSTERS; number += 1) await store.heard(`bad/c${number}`, {}, clock.now())
    const ingest = hub.ingestAddress?.url ?? ''
    const send = async (sender: string, cluster: string) =>
      (await post(ingest, tokens.get(sender) ?? '', batchOf(cluster, [1], clock.now()))).status
    expect([await send('bad', 'one-more'), await send('bad', 'c0'), await send('good', 'dev')]).toEqual([403, 200, 200])
    await expect(store.heard('bad/one-more', {}, clock.now())).rejects.toThrow('1000 clusters are known of this sender')
  }, 120_000)
})
