import { describe, expect, test } from '@jest/globals'
import { type Choice, EVERYTHING, isChosen, rowsOf } from '../../page/now/port-rows.ts'
import type { RouteDocument } from '../../page/documents.ts'
import { target } from '../targets.ts'

const route = (name: string, more: Partial<RouteDocument> = {}) => {
  const plain = {
    cluster: 'dev',
    service: 'shop/front:80',
    since: '2026-01-01T00:00:00.000Z',
    cause: null,
    status: 200,
  }
  return { id: `route:80/${name}`, name, state: 'up', degraded: null, note: null, ...plain, ...more } as RouteDocument
}

test('the worst come first, a route stands below its port, numbers are in order', () => {
  const targets = [
    target(9),
    target(80, { routes: [route('b.example/'), route('a.example/', { state: 'broken' })] }),
    target(30_100),
    target(7, { state: 'unknown' }),
    target(6, { darkProbability: 0.5 }),
    target(5, { state: 'down', silenced: true }),
    target(4, { state: 'flapping' }),
    target(3, { state: 'down', since: '2026-01-03T00:00:00.000Z' }),
    target(2, { state: 'by_design' }),
  ]
  const names = rowsOf(targets).map(({ name }) => name)
  expect(names).toEqual(['3', 'a.example/', '5', '4', '7', '6', '9', '80', 'b.example/', '30100', '2'])
})

test('a route behind a dark port comes after it, however lately it was seen dark', () => {
  const newer = '2026-01-02T00:00:00.000Z'
  const behind = route('a.example/', { state: 'down', incident: null, since: newer })
  const targets = [target(80, { state: 'down', since: '2026-01-01T00:00:00.000Z', routes: [behind] })]
  expect(rowsOf(targets).map(({ name }) => name)).toEqual(['80', 'a.example/'])
})

describe('of all rows are chosen', () => {
  const rows = rowsOf([
    target(1, { service: 'shop/web', node: 'dev-worker' }),
    target(2, { service: 'pay/api', node: 'dev-worker2', state: 'down', cause: 'etp_local' }),
    target(3, { provider: 'k3d', cluster: 'prod', service: 'shop/api', node: 'prod-worker', darkProbability: 0.5 }),
  ])
  test.each<[string, Partial<Choice>, string[]]>([
    ['all', {}, ['2', '3', '1']],
    ['those with every word of the text', { text: '  API shop ' }, ['3']],
    ['those with the cause', { text: 'etp_local' }, ['2']],
    ['those with a pod', { text: 'web-1' }, ['2', '3', '1']],
    ['those that are not well', { state: 'trouble' }, ['2']],
    ['those at risk', { state: 'risk' }, ['3']],
    ['those of a cluster', { cluster: 'prod' }, ['3']],
    ['those of a namespace', { namespace: 'shop' }, ['3', '1']],
    ['those of a tool', { provider: 'k3d' }, ['3']],
    ['those mapped to a node', { node: 'dev-worker2' }, ['2']],
    ['those with pods on a node, and of a namespace', { node: 'dev-worker', namespace: 'pay' }, ['2']],
  ])('%s', (_, choice, names) => {
    expect(rows.filter((row) => isChosen(row, { ...EVERYTHING, ...choice })).map(({ name }) => name)).toEqual(names)
  })
})
