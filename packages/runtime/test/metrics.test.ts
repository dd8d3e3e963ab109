import { describe, expect, test } from '@jest/globals'
import { createMetrics } from '../src/metrics.ts'
import { createPlainMetrics } from '../src/plain-metrics.ts'

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

  test.each([
    ['prom-client', () => createMetrics()],
    ['plain', createPlainMetrics],
  ])('of a gauge only what was set since it was marked is left by sweeping: %s', async (_, create) => {
    const metrics = create()
    const up = metrics.gauge('up', 'up', ['target'])
    for (const target of ['a', 'b']) up.set({ target }, 1)
    up.mark()
    up.set({ target: 'b' }, 0)
    up.set({ target: 'c' }, 1)
    up.sweep()
    expect(await lines(metrics)).toEqual(['up{target="b"} 0', 'up{target="c"} 1'])
    up.set({ target: 'd' }, 1)
    expect(await lines(metrics)).toHaveLength(3)
  })

  test('removes all buckets of a histogram', async () => {
    const metrics = createMetrics()
    const took = metrics.histogram('took_seconds', 'took', ['target'], [0.1, 1])
    took.observe({ target: 'a' }, 0.05)
    expect(await lines(metrics)).toContain('took_seconds_bucket{le="0.1",target="a"} 1')
    took.remove({ target: 'a' })
    expect(await lines(metrics)).toEqual([])
  })

  describe('in OpenMetrics', () => {
    const openMetrics = async (metrics: ReturnType<typeof createMetrics>) =>
      (await metrics.render('application/openmetrics-text')).body.split('\n')

    test('a counter has its name without _total, its samples have it, and the text format stays as it was', async () => {
      const metrics = createMetrics()
      const seen = metrics.counter('seen_total', 'seen', ['target'])
      seen.add({ target: 'a' })
      const before = (await metrics.render()).body
      expect(await openMetrics(metrics)).toEqual([
        '# HELP seen seen',
        '# TYPE seen counter',
        'seen_total{target="a"} 1',
        '# EOF',
        '',
      ])
      expect((await metrics.render()).body).toBe(before)
      seen.remove({ target: 'a' })
      seen.add({ target: 'b' }, 2)
      expect(await openMetrics(metrics)).toContain('seen_total{target="b"} 2')
      expect(await openMetrics(metrics)).not.toContain('seen_total{target="a"} 1')
    })

    test('an observation leaves its exemplar at its bucket, whose bound is a float', async () => {
      const metrics = createMetrics()
      const took = metrics.histogram('took_seconds', 'took', ['target'], [0.5, 1])
      took.observe({ target: ',le="1' }, 0.7, { incident_id: 'dev-1' })
      const told = await openMetrics(metrics)
      expect(told).toContainEqual(
        expect.stringMatching(
          /^took_seconds_bucket\{le="1\.0",target=",le=\\"1"\} 1 # \{incident_id="dev-1"\} 0\.7 \d+(\.\d+)?$/,
        ),
      )
      expect(told.filter((line) => line.includes(' # '))).toHaveLength(1)
      expect((await metrics.render()).body).not.toContain('incident_id')
    })

    test('an exemplar that is longer than the format allows is left out, and the observation counts', async () => {
      const metrics = createMetrics()
      metrics.histogram('took_seconds', 'took', [], [1]).observe({}, 2, { incident_id: 'x'.repeat(118) })
      expect(await openMetrics(metrics)).toContain('took_seconds_bucket{le="+Inf"} 1')
    })
  })

  test.each([
    ['no header', undefined, 'text/plain; version=0.0.4'],
    ['a browser', 'text/html,application/xml;q=0.9,*/*;q=0.8', 'text/plain; version=0.0.4'],
    [
      'Prometheus 2',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'application/openmetrics-text; version=1.0.0',
    ],
    [
      'Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.2',
      'application/openmetrics-text; version=1.0.0',
    ],
    ['both alike', 'text/plain, Application/OpenMetrics-Text', 'application/openmetrics-text; version=1.0.0'],
    ['rather text', 'application/openmetrics-text; q=0.3, text/plain; q=0.5', 'text/plain; version=0.0.4'],
    ['OpenMetrics refused', 'application/openmetrics-text;q=0', 'text/plain; version=0.0.4'],
  ])('the format for %s', async (_, accept, contentType) => {
    expect((await createMetrics().render(accept)).contentType).toBe(`${contentType}; charset=utf-8`)
  })

  describe('with a budget of series', () => {
    const targets = (count: number) => Array.from({ length: count }, (_, index) => ({ target: `t${index}` }))

    test('is as without one while there is room', async () => {
      const metrics = createMetrics(3)
      const seen = metrics.counter('seen_total', 'seen', ['target'])
      for (const target of targets(3)) seen.add(target)
      expect(await lines(metrics)).toEqual(targets(3).map(({ target }) => `seen_total{target="${target}"} 1`))
      expect(metrics.dropped()).toBe(0)
    })

    test('sums up what is beyond it, the sum being among those that there may be, and never takes back what it summed', async () => {
      const metrics = createMetrics(3)
      const seen = metrics.counter('seen_total', 'seen', ['target'])
      for (const target of targets(5)) seen.add(target)
      const told = ['seen_total{target="t1"} 1', 'seen_total{target="t2"} 1', 'seen_total{target="other"} 2']
      expect(await lines(metrics)).toEqual(told)
      expect(metrics.dropped()).toBe(3)
      metrics.remove({ target: 't1' })
      metrics.remove({ target: 't3' })
      expect(await lines(metrics)).toEqual(told.slice(1))
      expect(metrics.dropped()).toBe(2)
      seen.add({ target: 't0' })
      expect(await lines(metrics)).toContain('seen_total{target="other"} 3')
    })

    test('sums up pairs of nodes by the node that is looked at', async () => {
      const metrics = createMetrics(3)
      const lost = metrics.counter('lost_total', 'lost', ['source_node', 'target_node'])
      for (const source of ['a', 'b', 'c', 'd']) lost.add({ source_node: source, target_node: 'x' })
      expect(await lines(metrics)).toEqual([
        'lost_total{source_node="b",target_node="x"} 1',
        'lost_total{source_node="c",target_node="x"} 1',
        'lost_total{source_node="other",target_node="x"} 1',
      ])
    })

    test('has a gauge back once sweeping has made room', async () => {
      const metrics = createMetrics(2)
      const up = metrics.gauge('up', 'up', ['target'])
      const set = (...targets: string[]) => {
        up.mark()
        for (const target of targets) up.set({ target }, 1)
        up.sweep()
      }
      set('a', 'b', 'c')
      expect([await lines(metrics), metrics.dropped()]).toEqual([['up{target="a"} 1', 'up{target="b"} 1'], 1])
      set('b', 'c')
      expect([await lines(metrics), metrics.dropped()]).toEqual([['up{target="b"} 1', 'up{target="c"} 1'], 0])
    })

    test('leaves a gauge out, since a sum of gauges says nothing', async () => {
      const metrics = createMetrics(1)
      const up = metrics.gauge('up', 'up', ['target'])
      for (const target of targets(2)) up.set(target, 1)
      expect(await lines(metrics)).toEqual(['up{target="t0"} 1'])
      up.remove({})
      expect(metrics.dropped()).toBe(0)
    })

    test('histograms give way to counters, and both to gauges', async () => {
      const metrics = createMetrics(5)
      const took = metrics.histogram('took_seconds', 'took', ['target'], [1])
      const seen = metrics.counter('seen_total', 'seen', ['target'])
      const up = metrics.gauge('up', 'up', ['target'])
      took.observe({ target: 't0' }, 0.5)
      seen.add({ target: 't0' })
      expect(metrics.dropped()).toBe(0)
      seen.add({ target: 't1' })
      expect(metrics.dropped()).toBe(4)
      took.observe({ target: 't0' }, 0.5)
      expect(await lines(metrics)).toContain('took_seconds_count{target="other"} 1')
      expect(await lines(metrics)).not.toContainEqual(expect.stringMatching(/^took_seconds.*t0/))
      up.set({ target: 't0' }, 1)
      seen.add({ target: 't0' })
      expect(await lines(metrics)).toEqual(
        expect.arrayContaining(['up{target="t0"} 1', 'seen_total{target="other"} 1']),
      )
    })

    test('touches nothing but the series of single targets', async () => {
      const metrics = createMetrics(0)
      metrics.counter('seen_total', 'seen', ['cause']).add({ cause: 'x' })
      expect(await lines(metrics)).toEqual(['seen_total{cause="x"} 1'])
      expect(metrics.dropped()).toBe(0)
    })
  })

  test('two registries share nothing', async () => {
    createMetrics().counter('x_total', 'x', []).add({})
    expect(await lines(createMetrics())).toEqual([])
  })
})
