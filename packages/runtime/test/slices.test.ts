import { describe, expect, test } from '@jest/globals'
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client'
import { printInSlices } from '../src/slices.ts'

/** Families of no, one and many series. */
function fill(registry: Registry | Registry<OpenMetricsContentType>): void {
  const registers = [registry as Registry]
  new Gauge({ name: 'nothing', help: 'No series', labelNames: ['a'], registers })
  new Counter({ name: 'alone', help: 'One series', registers }).inc(2)
  const many = new Gauge({ name: 'many', help: 'A "quoted"\nhelp', labelNames: ['a', 'b'], registers })
  for (let n = 0; n < 1001; n++) many.set({ a: `${n}`, b: 'x\n"y"\\' }, n / 3)
  const took = new Histogram({ name: 'took', help: 'Buckets', labelNames: ['a'], buckets: [0.1, 1], registers })
  for (let n = 0; n < 150; n++) took.observe({ a: `${n}` }, n / 100)
}

describe('metrics printed in slices', () => {
  test.each([
    ['the text format', () => new Registry()],
    [
      'OpenMetrics',
      () => {
        const registry = new Registry<OpenMetricsContentType>()
        registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
        return registry
      },
    ],
  ])('are what the registry itself prints as %s', async (_, make) => {
    const registry = make()
    fill(registry)
    expect(await printInSlices(registry)).toBe(await registry.metrics())
  })

  test('let others have their turn again and again', async () => {
    const registry = new Registry()
    fill(registry)
    let turns = 0
    let isDone = false
    const take = () => {
      turns += 1
      if (!isDone) setImmediate(take)
    }
    setImmediate(take)
    await printInSlices(registry, (text) => text, 0)
    isDone = true
    expect(turns).toBeGreaterThan(1001 / 200)
  })
})
