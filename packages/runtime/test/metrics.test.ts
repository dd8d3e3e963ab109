import { describe, expect, test } from '@jest/globals'
import { createMetrics } from '../src/metrics.ts'

async function lines(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.render()).body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

describe('metrics', () => {
  test('a counter can be there before anything was counted', async () => {
    const metrics = createMetrics()
    metrics.counter('x_total', 'x', ['target']).add({ target: 'a' }, 0)
    expect(await lines(metrics)).toEqual(['x_total{target="a"} 0'])
  })

  test('removes the series with these values, whatever their other labels, from all families that have the labels', async () => {
    const metrics = createMetrics()
    const up = metrics.gauge('up', 'up', ['cluster', 'target', 'vantage'])
    const seen = metrics.counter('seen_total', 'seen', ['cluster', 'target'])
    const all = metrics.gauge('all', 'all', ['cluster'])
    up.set({ cluster: 'c', target: 'a', vantage: 'v4' }, 1)
    up.set({ cluster: 'c', target: 'a', vantage: 'v6' }, 1)
    up.set({ cluster: 'c', target: 'b', vantage: 'v4' }, 1)
    seen.add({ cluster: 'c', target: 'a' })
    all.set({ cluster: 'c' }, 2)
    metrics.remove({ cluster: 'c', target: 'a' })
    expect(await lines(metrics)).toEqual(['up{cluster="c",target="b",vantage="v4"} 1', 'all{cluster="c"} 2'])
  })

  test('a series that comes back starts anew', async () => {
    const metrics = createMetrics()
    const seen = metrics.counter('seen_total', 'seen', ['target'])
    seen.add({ target: 'a' }, 5)
    seen.remove({ target: 'a' })
    seen.add({ target: 'a' })
    expect(await lines(metrics)).toEqual(['seen_total{target="a"} 1'])
  })

  test('removes all buckets of a histogram', async () => {
    const metrics = createMetrics()
    const took = metrics.histogram('took_seconds', 'took', ['target'], [0.1, 1])
    took.observe({ target: 'a' }, 0.05)
    expect(await lines(metrics)).toContain('took_seconds_bucket{le="0.1",target="a"} 1')
    took.remove({ target: 'a' })
    expect(await lines(metrics)).toEqual([])
  })

  test('two registries share nothing', async () => {
    createMetrics().counter('x_total', 'x', []).add({})
    expect(await lines(createMetrics())).toEqual([])
  })
})
