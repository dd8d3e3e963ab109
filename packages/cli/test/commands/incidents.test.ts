import { expect, test } from '@jest/globals'
import { openStore } from '@portolan/collector'
import { incidentLines, incidentTable } from '../../src/commands/incidents.ts'
import { incident, NOON, target } from '../views.ts'

const open = incident({ darkSince: NOON - 60_000, closedAt: null, darkUntil: null })
const HOUR_MS = 3_600_000

test('an open incident of a cluster that is watched is still dark', () => {
  const [first] = incidentTable([open], NOON, new Map())
  expect(first).toMatch(/ 1 min 0 s, still dark: /)
})

test('one that an ended watch left open is told as it was then, not as if it were dark now', () => {
  const [first] = incidentTable([open], NOON + HOUR_MS, new Map([[open.cluster, NOON]]))
  expect(first).toMatch(/ 1 min 0 s, and dark when last looked at, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: /)
})

test('one that is over says for how long it was, and what was so then', () => {
  const over = incident({ darkSince: NOON - 60_000, darkUntil: NOON - 30_000, closedAt: NOON - 29_000 })
  const [first, second] = incidentTable([over], NOON + HOUR_MS, new Map([[over.cluster, NOON]]))
  expect(first).toMatch(/ 30 s: /)
  expect(second).toMatch(/^ {4}At that time: /)
})

test.each([
  ['of a time in which nothing was watched says so', NOON + 2 * HOUR_MS, 'Nothing was watched in this time.'],
  ['of a time that was watched in part', NOON + HOUR_MS / 2, 'No incidents in this time.'],
])('a list without incidents %s', async (_, to, text) => {
  const { cluster, id } = target(30080)
  const store = await openStore(':memory:')
  const plain = { id: `${id}#1`, cluster, target: id, endedAt: null, mappedNode: 'sea-worker', podNodes: [] }
  await store.write({
    epochs: [{ ...plain, startedAt: NOON - 60_000, expectedUp: true, answered: 60, failed: 0 }],
    views: [{ cluster, lastAt: NOON, explanations: [], portless: [], settings: {} }],
  })
  expect(await incidentLines(store, [], { from: to - HOUR_MS, to })).toEqual([text])
  store.close()
})
