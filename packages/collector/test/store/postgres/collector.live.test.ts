import { expect, test } from '@jest/globals'
import { createFakeClock } from '@portolan/testing'
import { startCollector } from '../../running-collector.ts'
import { describePostgres } from './postgres.ts'

describePostgres('a collector with its store in PostgreSQL', (postgres) => {
  test('goes on after a restart with what was open', async () => {
    const store = await postgres.newDatabase()
    const clock = createFakeClock()
    const first = await startCollector({ store }, 'first', clock)
    first.goDark()
    const opened = await first.told('incident.opened')
    await first.collector.flush()
    expect((await first.get('/api/v1/incidents')).body.incidents).toMatchObject([{ state: 'open' }])
    await first.collector.stop()
    const second = await startCollector({ store }, 'second', clock)
    second.take(...second.story.found(), second.story.probed('silent'))
    await second.collector.flush()
    const { body } = await second.get('/api/v1/incidents')
    expect(body.incidents).toMatchObject([{ id: 'incident' in opened ? opened.incident.id : '' }])
    expect((await second.get('/api/v1/lanes')).body.lanes).toHaveLength(1)
    await second.collector.stop()
  })
})
