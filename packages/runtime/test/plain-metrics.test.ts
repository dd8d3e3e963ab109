import { expect, test } from '@jest/globals'
import { createMetrics, type Metrics } from '../src/metrics.ts'
import { createPlainMetrics } from '../src/plain-metrics.ts'

async function filled(metrics: Metrics): Promise<string[]> {
  const skipped = metrics.counter('skipped_total', 'Skipped', ['component', 'reason'])
  skipped.add({ component: 'agent', reason: 'back"off\\\n' }, 0)
  skipped.add({ component: 'agent', reason: 'overload' })
  skipped.add({ component: 'agent', reason: 'overload' }, 2)
  metrics.gauge('up', 'Up', []).set({}, 1.5)
  const took = metrics.histogram('took_seconds', 'How long it took', ['component'], [0.1, 1])
  for (const seconds of [0.05, 0.1, 0.5, 3]) took.observe({ component: 'agent' }, seconds)
  const gone = metrics.gauge('gone', 'Gone', ['target'])
  gone.set({ target: 'a' }, 1)
  gone.set({ target: 'b' }, 1)
  metrics.remove({ target: 'a' })
  gone.remove({ target: 'b' })
  const { body } = await metrics.render()
  return body
    .split('\n')
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`))
    .sort()
}

test('says the same as the registry of prom-client', async () => {
  const plain = await filled(createPlainMetrics())
  expect(plain.filter((line) => line !== '')).toEqual((await filled(createMetrics())).filter((line) => line !== ''))
})
