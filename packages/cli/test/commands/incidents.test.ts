import { expect, test } from '@jest/globals'
import { incidentTable } from '../../src/commands/incidents.ts'
import { incident, NOON } from '../views.ts'

const open = incident({ darkSince: NOON - 60_000, closedAt: null, darkUntil: null })
const HOUR_MS = 3_600_000

test('an open incident of a cluster that is watched is still dark', () => {
  const [first] = incidentTable([open], NOON, new Map())
  expect(first).toMatch(/; 1 min 0 s, still dark {2}\[/)
})

test('one that an ended watch left open is told as it was then, not as if it were dark now', () => {
  const [first] = incidentTable([open], NOON + HOUR_MS, new Map([[open.cluster, NOON]]))
  expect(first).toMatch(/; 1 min 0 s, and dark when last looked at, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\[/)
})

test('one that is over says for how long it was', () => {
  const over = incident({ darkSince: NOON - 60_000, darkUntil: NOON - 30_000, closedAt: NOON - 29_000 })
  const [first] = incidentTable([over], NOON + HOUR_MS, new Map([[over.cluster, NOON]]))
  expect(first).toMatch(/; 30 s {2}\[/)
})
