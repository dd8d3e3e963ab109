import { describe, expect, test } from '@jest/globals'
import { readDemoPlan } from '../src/commands/demo.ts'
import { readWatchPlan } from '../src/commands/watch.ts'
import { readListen } from '../src/settings.ts'

describe('options', () => {
  test.each([
    ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['9464', { host: '127.0.0.1', port: 9464 }],
    ['off', null],
    ['127.0.0.1:99999', undefined],
    ['::1:80', undefined],
    ['nonsense', undefined],
  ])('an address %s', (text, listen) => expect(readListen(text)).toEqual(listen))

  test('every fault of watch is told at once, by its flag', () => {
    const flags = {
      cluster: ['a', 'b'],
      context: 'x',
      for: 'soon',
      interval: '1ms',
      maxSeries: 'many',
      listen: 'nonsense',
    }
    expect(() => readWatchPlan(flags, {})).toThrow(
      /--for is "soon"[^]*--interval is "1ms"[^]*--max-series is "many"[^]*--listen is "nonsense"[^]*--context needs exactly one --cluster/,
    )
  })

  const watchPlan = (cluster: string[], context: string) =>
    readWatchPlan({ cluster, context, interval: '1s', listen: 'off', maxSeries: '1000' }, {})

  test.each([
    ['shop-dev', 'shop-dev'],
    ['docker-desktop', 'docker-desktop'],
    ['kind-UPPER', expect.stringMatching(/^kind-upper-[0-9a-z]+$/)],
    [
      'arn:aws:eks:eu-west-1:123:cluster/shop',
      expect.stringMatching(/^arn-aws-eks-eu-west-1-123-cluster-shop-[0-9a-z]+$/),
    ],
    ['../../etc', expect.stringMatching(/^etc-[0-9a-z]+$/)],
  ])('the context %s alone leads to a cluster that is known by its addresses', (context, name) => {
    expect(watchPlan([], context)).toMatchObject({ only: [name], context, byAddress: true })
  })

  test.each([
    [[], 'kind-sea', 'sea'],
    [['sea'], 'shop-dev', 'sea'],
  ])('with --cluster %j the context %s leads to the kind cluster %s', (cluster, context, name) => {
    expect(watchPlan(cluster, context)).toMatchObject({ only: [name], context, byAddress: false })
  })

  test.each(['0', '999', '-5', '1e5', '2000.5', ''])('--max-series %s is refused', (maxSeries) => {
    const flags = { cluster: [], interval: '1s', listen: 'off', maxSeries }
    expect(() => readWatchPlan(flags, {})).toThrow(/^--max-series is ".*", expected a whole number from 1000$/)
  })

  test('every fault of demo is told at once, with the scenarios that exist', () => {
    expect(() => readDemoPlan('stroy', { for: '0s', seed: '-1', listen: 'x' })).toThrow(
      /no scenario "stroy", expected one of story, [^]*--for[^]*--seed[^]*--listen/,
    )
  })
})
