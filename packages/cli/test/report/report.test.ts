import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openStore, type Store } from '@portolan/collector'
import type { Change, Epoch } from '@portolan/core'
import { outline } from '../../src/report/outline.ts'
import { gatherReport } from '../../src/report/report.ts'
import type { LastSeen } from '../../src/stored.ts'
import { incident, NOON } from '../views.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const WENT = NOON - HOUR
const LOOKED = WENT + MINUTE

const open = incident({ openedAt: WENT, darkSince: WENT, changedAt: null, closedAt: null, darkUntil: null })
const { cluster, target } = open
const epoch: Epoch = {
  id: `${target}#1`,
  cluster,
  target,
  startedAt: WENT - MINUTE,
  endedAt: null,
  mappedNode: 'sea-worker',
  podNodes: ['sea-worker2'],
  expectedUp: false,
  answered: 0,
  failed: 60,
}
const cordoned: Change = {
  type: 'cluster.event',
  at: WENT,
  cluster,
  event: 'node_cordoned',
  node: 'sea-worker',
  text: 'sea-worker was cordoned: no new pod is scheduled there',
}

let store: Store
beforeAll(async () => {
  store = await openStore(':memory:')
  const opened: Change = { type: 'incident.opened', at: WENT, cluster, target, incident: open }
  const state = { type: 'target.state', state: 'down', previous: 'up', symptom: 'silent', vantages: {} } as const
  const down: Change = { ...state, at: WENT, cluster, target }
  await store.write({ changes: [cordoned, down, opened], incidents: [open], epochs: [epoch] })
})
afterAll(() => store.close())

describe('a report of what is dark', () => {
  const day = { from: NOON - 24 * HOUR, to: NOON }
  test.each<[string, LastSeen['looks'], number, object[]]>([
    ['until now, while somebody looks', new Map(), HOUR, []],
    [
      'as long as somebody looked, and the rest is a gap',
      new Map([[cluster, LOOKED]]),
      MINUTE,
      [{ from: LOOKED, to: NOON, reason: 'Portolan was not running' }],
    ],
  ])('counts it %s', async (_, looks, darkMs, gaps) => {
    const report = await gatherReport(store, { ports: [], looks }, day, NOON)
    expect(report.impact).toMatchObject([{ target, darkMs, longestMs: darkMs }])
    expect(report.causes).toMatchObject([{ darkMs }])
    expect(report.gaps).toMatchObject(gaps)
    expect(report.gaps).toHaveLength(gaps.length)
  })

  test.each<[string, LastSeen['looks'], boolean]>([
    ['says that it still is', new Map(), true],
    ['does not say so of a time when nobody looked', new Map([[cluster, LOOKED]]), false],
  ])('%s', async (_, looks, isSaid) => {
    const report = await gatherReport(store, { ports: [], looks }, day, NOON)
    const [, summary] = outline(report)
    expect(summary).toMatchObject({ text: expect.stringMatching(/1 of 1 port went dark/) })
    expect(JSON.stringify(summary).includes('Still dark at the end: 30080.')).toBe(isSaid)
  })

  test('of one incident ends a little after somebody looked last', async () => {
    const looks = new Map([[cluster, LOOKED]])
    const { period } = await gatherReport(store, { ports: [], looks }, { incident: open.id }, NOON)
    expect(period).toEqual({ from: WENT - MINUTE / 2, to: LOOKED + MINUTE / 2 })
  })

  test('names the cause of most of the dark time, not that of a route that was broken for longer', async () => {
    const report = await gatherReport(store, { ports: [], looks: new Map() }, day, NOON)
    const route = incident({ target: 'route:30080/shop.localhost/', cause: 'route_backend_missing' })
    const causes = [{ longest: route, count: 1, darkMs: 9 * HOUR }, ...report.causes]
    const [, summary] = outline({ ...report, causes })
    expect(summary).toMatchObject({ text: expect.stringMatching(/1 of 1 port went dark .*Most of it: .*\[etp_local/) })
  })

  test('tells what happened to the cluster among what happened to the port', async () => {
    const { entries } = await gatherReport(store, { ports: [], looks: new Map() }, day, NOON)
    expect(entries.map(({ type }) => type)).toEqual(['cluster.event', 'incident.opened'])
  })
})

test('a report of a time in which nothing was watched says no more than that', async () => {
  const longAgo = { from: NOON - 50 * HOUR, to: NOON - 49 * HOUR }
  const report = await gatherReport(store, { ports: [], looks: new Map() }, longAgo, NOON)
  expect(outline(report).flatMap((block) => ('text' in block ? block.text : []))).toEqual([
    expect.stringMatching(/^Reachability/),
    'Nothing was watched in this time.',
    expect.stringMatching(/^Written by Portolan/),
  ])
})
