import { afterEach, expect, test } from '@jest/globals'
import { systemClock } from '@portolan/runtime'
import { type PostgresServer, startPostgres } from '@portolan/postgres'
import { temporaryFolder } from '@portolan/testing'
import { openStore } from '../../src/index.ts'
import { stateChange } from '../store/examples.ts'
import { ask, describePostgres } from '../store/postgres/postgres.ts'
import { type RunningHub, startHub, writeTokens } from './running-hub.ts'
import { send } from './sending.ts'

const file = temporaryFolder()
let undo: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const one of undo.toReversed()) await one()
  undo = []
})

/** A primary and a standby that has everything before it is acknowledged. */
async function startPair(): Promise<{ primary: PostgresServer; standby: PostgresServer; url: string }> {
  const settings = { synchronous_standby_names: '*' }
  const primary = await startPostgres({ settings })
  undo.push(primary.remove)
  const standby = await startPostgres({ primary })
  undo.push(standby.remove)
  await ask(primary.url(), 'CREATE DATABASE ports')
  const url = new URL(primary.url('ports'))
  return { primary, standby, url: url.href.replace(url.host, `${url.host},127.0.0.1:${standby.port}`) }
}

async function replicas(store: string, count: number): Promise<RunningHub[]> {
  const hubs: RunningHub[] = []
  for (let n = 0; n < count; n += 1) {
    const one = await startHub({ store, tokens: file('tokens.json'), clock: systemClock })
    undo.push(one.hub.stop)
    hubs.push(one)
  }
  return hubs
}

/** When each change of the timeline happened, in its order, by cluster. */
async function timesOf(url: string): Promise<Map<string, number[]>> {
  const rows = await ask(url, 'SELECT cluster, at FROM portolan.timeline ORDER BY id')
  const times = rows.map(({ cluster, at }) => ({ cluster: String(cluster), at: Number(at) }))
  return new Map(
    [...Map.groupBy(times, ({ cluster }) => cluster)].map(([name, all]) => [name, all.map(({ at }) => at)]),
  )
}

const CLUSTERS = ['one', 'two', 'three', 'four']
const BATCHES = 120

describePostgres('a primary that is killed while batches are written', () => {
  test('loses nothing that a hub acknowledged and doubles nothing, and the replicas go on with the standby', async () => {
    const token = writeTokens(file('tokens.json'), ['team']).get('team') ?? ''
    const { primary, standby, url } = await startPair()
    const hubs = await replicas(url, 2)
    const urls = hubs.map(({ hub }) => hub.ingestAddress?.url ?? '')
    const startedAt = Date.now()
    const middle = Promise.withResolvers<void>()
    const sendings = CLUSTERS.map((cluster) =>
      send({
        urls,
        token,
        cluster,
        batches: BATCHES,
        startedAt,
        onAcknowledged: (count) => count > BATCHES && middle.resolve(),
      }),
    )
    await middle.promise
    await primary.kill()
    const acknowledgedThen = new Map(sendings.map((one, index) => [`team/${CLUSTERS[index]}`, [...one.acknowledged]]))
    await standby.promote()
    const kept = await timesOf(standby.url('ports'))
    for (const [cluster, times] of acknowledgedThen) expect(kept.get(cluster)).toEqual(expect.arrayContaining(times))
    await Promise.all(sendings.map(({ done }) => done))
    const all = Array.from({ length: BATCHES * 3 }, (_, n) => startedAt + n + 1)
    const told = await timesOf(standby.url('ports'))
    for (const cluster of CLUSTERS) expect(told.get(`team/${cluster}`)).toEqual(all)
    for (const { get } of hubs) {
      const { body } = await get('/api/v1/timeline?cluster=team%2Fone&limit=1000')
      expect(body.entries).toHaveLength(BATCHES * 3)
    }
  })

  test('loses nothing that the store of one collector acknowledged, and doubles nothing', async () => {
    const { primary, standby, url } = await startPair()
    const store = await openStore(url)
    undo.push(async () => store.close())
    const startedAt = Date.now()
    const acknowledged: number[] = []
    const middle = Promise.withResolvers<void>()
    async function writeAll(): Promise<void> {
      for (let n = 0; n < 200; n += 1) {
        const changes = [stateChange(startedAt + n)]
        // As the recorder does: what is refused is written again.
        for (let isKept = false; !isKept; ) {
          isKept = await store.write({ changes }).then(
            () => true,
            () => new Promise<boolean>((resolve) => setTimeout(resolve, 50, false)),
          )
        }
        acknowledged.push(startedAt + n)
        if (n === 100) middle.resolve()
      }
    }
    const written = writeAll()
    await middle.promise
    await primary.kill()
    const then = [...acknowledged]
    await standby.promote()
    expect((await timesOf(standby.url('ports'))).get('dev')).toEqual(expect.arrayContaining(then))
    await written
    expect((await timesOf(standby.url('ports'))).get('dev')).toEqual(acknowledged)
  })
})
