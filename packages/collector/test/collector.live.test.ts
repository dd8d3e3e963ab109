import { afterEach, describe, expect, test } from '@jest/globals'
import type { IncidentChange } from '@portolan/core'
import { temporaryFolder } from '@portolan/testing'
import { openStoreReader } from '../src/index.ts'
import { type RunningCollector, startCollector } from './running-collector.ts'
import { TARGET } from './story.ts'

const file = temporaryFolder()
let running: RunningCollector[] = []

async function start(...given: Parameters<typeof startCollector>): Promise<RunningCollector> {
  const one = await startCollector(...given)
  running.push(one)
  return one
}

afterEach(async () => {
  for (const { collector } of running) await collector.stop()
  running = []
})

describe('the story', () => {
  test('what is found is assigned to be probed', async () => {
    const one = await start()
    one.take(...one.story.found())
    expect(one.plans.map((plan) => plan.id)).toContain(`${TARGET}@host/loopback4`)
  })

  test('a move asks for a burst, and the dark port becomes an incident with its cause', async () => {
    const one = await start()
    one.goDark()
    const { incident } = (await one.told('incident.opened')) as IncidentChange
    expect(incident).toMatchObject({ cause: 'etp_local', target: TARGET, node: 'a', closedAt: null })
    expect(one.bursts.map((burst) => burst.plan)).toContain(`${TARGET}@host/loopback4`)
    expect(one.collector.incidents()).toEqual([incident])
    expect(one.collector.explain(TARGET)).toMatchObject({ target: { state: 'down' }, incident: { id: incident.id } })
  })

  test('the incident closes when the port answers again', async () => {
    const one = await start()
    one.goDark()
    one.comeBack()
    await one.told('incident.closed')
    expect(one.collector.incidents()).toEqual([])
  })

  test('another process reads the same from the file, while it runs and afterwards', async () => {
    const store = file('store.db')
    const one = await start({ store })
    one.goDark()
    await one.told('incident.opened')
    await one.collector.flush()
    const reader = openStoreReader(store)
    const [incident] = await reader.incidents({ limit: 1 })
    expect(incident).toMatchObject({ cause: 'etp_local', closedAt: null })
    expect(await reader.writer()).toMatchObject({ pid: process.pid, url: one.url })
    reader.close()

    await one.collector.stop()
    const later = openStoreReader(store)
    const [view] = await later.views()
    expect(view?.explanations).toMatchObject([
      { target: { id: TARGET, state: 'down' }, incident: { id: incident?.id } },
    ])
    later.close()
  })

  test('an open incident outlives a restart, and the gap is marked', async () => {
    const store = file('store.db')
    const first = await start({ store })
    first.goDark()
    const { incident } = (await first.told('incident.opened')) as IncidentChange
    await first.collector.stop()

    first.clock.advance(60_000)
    const second = await start({ store }, 'second', first.clock)
    second.take(...second.story.found())
    expect(await second.told('gap')).toMatchObject({
      cluster: 'dev',
      reason: 'Portolan was not running',
      to: second.clock.now(),
    })
    expect(second.collector.incidents()).toMatchObject([{ id: incident.id }])
    second.comeBack()
    expect(await second.told('incident.closed')).toMatchObject({ incident: { id: incident.id } })
  })

  test('placement epochs end with the run that saw them', async () => {
    const store = file('store.db')
    const first = await start({ store })
    first.goDark()
    await first.collector.stop()
    const second = await start({ store }, 'second', first.clock)
    const reader = openStoreReader(store)
    const epochs = await reader.epochs({ limit: 10 })
    reader.close()
    expect(epochs.map(({ endedAt }) => endedAt)).toEqual([second.clock.now(), expect.any(Number)])
  })

  test('a cluster that is found bit by bit has one epoch of a port that lasts, and none when it is gone', async () => {
    const store = file('store.db')
    const one = await start({ store })
    for (const fact of one.story.found()) {
      one.clock.advance(10)
      one.take(fact)
    }
    await one.collector.flush()
    const reader = openStoreReader(store)
    const lasting = async () => (await reader.epochs({ limit: 100 })).filter(({ endedAt }) => endedAt === null)
    expect(await lasting()).toHaveLength(1)
    one.collector.forgetCluster('dev')
    await one.collector.flush()
    expect(await lasting()).toEqual([])
    reader.close()
  })

  test('a cluster that is gone leaves no open incident, no target and no series, and is not heard any more', async () => {
    const one = await start()
    one.goDark()
    await one.told('incident.opened')
    one.collector.forgetCluster('dev')
    expect(await one.told('incident.closed')).toMatchObject({ cluster: 'dev' })
    one.take(one.story.probed('silent'))
    expect(one.collector.targets()).toEqual([])
    expect(await one.metric(/cluster="dev"/)).toEqual([])
  })

  test('a cluster whose API cannot be asked is told of as such, with the reason', async () => {
    const store = file('store.db')
    const one = await start({ store })
    one.collector.watchCluster('dev', null, 'there is no context kind-dev')
    await one.collector.flush()
    const reader = openStoreReader(store)
    const facts = await reader.facts({ cluster: 'dev', limit: 100 })
    reader.close()
    expect(facts.map(({ fact }) => fact.observed)).toContainEqual({
      kind: 'watch',
      resource: 'pods',
      status: 'lost',
      reason: 'there is no context kind-dev',
    })
  })
})

test('a callback that takes the next fact at once does not upset the order', async () => {
  const one = await start({
    onAssign: () => one.take(one.story.probed('ok')),
  })
  one.take(...one.story.found())
  expect(one.collector.targets()[0]).toMatchObject({ id: TARGET, state: 'up' })
})
