import { describe, expect, test } from '@jest/globals'
import { groupsOf, type IncidentChoice, isIncidentChosen } from '../../page/incident/groups.ts'
import { incident } from '../incidents.ts'

const gap = (second: number, more = {}) =>
  incident({
    id: `gap-${second}`,
    cause: 'rollout_gap',
    darkSince: `2026-01-01T00:00:0${second}.000Z`,
    darkSeconds: 1,
    ...more,
  })

test('outages of one port for one cause are one group, what lasts still first', () => {
  const old = incident({
    id: 'old',
    state: 'open',
    darkSince: '2025-12-31T00:00:00.000Z',
    darkUntil: null,
    target: 'host:1',
  })
  const groups = groupsOf([gap(1), gap(3), gap(2), old, gap(4, { target: 'host:2' }), gap(5, { cluster: 'prod' })])
  expect(
    groups.map(({ cluster, target, incidents, darkSeconds }) => [cluster, target, incidents.length, darkSeconds]),
  ).toEqual([
    ['dev', 'host:1', 1, 5],
    ['prod', 'host:30080', 1, 1],
    ['dev', 'host:2', 1, 1],
    ['dev', 'host:30080', 3, 3],
  ])
  expect(groups.at(-1)?.incidents.map(({ id }) => id)).toEqual(['gap-3', 'gap-2', 'gap-1'])
})

describe('chosen are', () => {
  const all = [
    incident({ id: 'a', trigger: { at: '2026-01-01T00:00:00.000Z', text: 'drain of worker3' } }),
    gap(1, { id: 'b', planned: true, target: 'host:443' }),
    incident({ id: 'c', state: 'open', darkUntil: null, closedAt: null, darkSince: '2025-01-01T00:00:00.000Z' }),
  ]
  const around = { now: Date.parse('2026-01-01T02:00:00Z'), serviceOf: () => 'shop/web' }
  const everything: IncidentChoice = { text: '', cause: '', planned: 'all', withinMs: null }
  test.each<[string, Partial<IncidentChoice>, string[]]>([
    ['all', {}, ['a', 'b', 'c']],
    ['those of a port and its Service', { text: 'shop 443' }, ['b']],
    ['those with the trigger', { text: 'Worker3' }, ['a']],
    ['those of a cause', { cause: 'rollout_gap' }, ['b']],
    ['planned ones', { planned: 'planned' }, ['b']],
    ['others', { planned: 'unplanned' }, ['a', 'c']],
    ['those that lasted within the time', { withinMs: 3_600_000 }, ['c']],
  ])('%s', (_, choice, ids) => {
    const chosen = all.filter((one) => isIncidentChosen(one, { ...everything, ...choice }, around))
    expect(chosen.map(({ id }) => id)).toEqual(ids)
  })
})
