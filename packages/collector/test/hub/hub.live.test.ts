import { afterEach, expect, test } from '@jest/globals'
import { createFakeClock, temporaryFolder } from '@portolan/testing'
import { startCollector } from '../running-collector.ts'
import { describePostgres } from '../store/postgres/postgres.ts'
import { linkTo, type RunningHub, startHub, until, writeTokens } from './running-hub.ts'

const file = temporaryFolder()
let running: { stop(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of running.toReversed()) await one.stop()
  running = []
})

let clock = createFakeClock()

async function replica(store: string): Promise<RunningHub> {
  const one = await startHub({ store, tokens: file('tokens.json'), clock })
  running.push(one.hub)
  return one
}

describePostgres('a hub', (postgres) => {
  test('shows on every replica what a collector decided, and who sent it', async () => {
    const tokens = writeTokens(file('tokens.json'), ['team-a'])
    const store = await postgres.newDatabase()
    const [first, second] = [await replica(store), await replica(store)]
    const link = linkTo(first.hub.ingestAddress?.url ?? '', tokens.get('team-a') ?? '')
    const one = await startCollector({ hub: link }, 'first', clock)
    running.push(one.collector)
    one.goDark()
    const { body } = await until(
      () => second.get('/api/v1/incidents'),
      (answer) => answer.body.incidents.length > 0,
      clock,
    )
    expect(body.incidents).toMatchObject([{ cluster: 'team-a/dev', target: 'host:30080', state: 'open' }])
  })
})
