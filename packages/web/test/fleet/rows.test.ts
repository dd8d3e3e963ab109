import { expect, test } from '@jest/globals'
import { doubtText, portsText, summarizeFleet } from '../../page/fleet/rows.ts'

const NONE = { dark: 0, unsure: 0, quiet: 0, answered: 0 }

test.each([
  [{ total: 31, states: { ...NONE, dark: 1, quiet: 2, answered: 28 } }, '1 of 31 clusters has a dark port'],
  [{ total: 31, states: { ...NONE, dark: 2, answered: 29 } }, '2 of 31 clusters have a dark port'],
  [{ total: 3, states: { ...NONE, unsure: 1, quiet: 1, answered: 1 } }, '1 of 3 clusters has a port in doubt'],
  [{ total: 3, states: { ...NONE, quiet: 2, answered: 1 } }, '2 of 3 clusters are quiet'],
  [{ total: 3, states: { ...NONE, answered: 3 } }, 'All 3 clusters answer'],
  [{ total: 1, states: { ...NONE, dark: 1 } }, 'The cluster has a dark port'],
  [{ total: 0, states: NONE }, 'No cluster yet'],
])('a fleet is summed up: %j', (fleet, text) => expect(summarizeFleet(fleet).text).toBe(text))

test.each([
  [{ ports: 12, states: { up: 11, down: 1 } }, '11 of 12'],
  [{ ports: 3, states: { up: 2, by_design: 1 } }, '2 of 2'],
  [{ ports: 0, states: {} }, 'no port'],
])('ports that should answer are counted: %j', (row, text) => expect(portsText(row)).toBe(text))

test.each([
  [{ up: 1, flapping: 1 }, '1 port flapping'],
  [{ flapping: 2, unknown: 3 }, '2 ports flapping, 3 unknown'],
  [{ unknown: 1 }, '1 port unknown'],
  [{ up: 4 }, ''],
])('a cluster in doubt says why: %j', (states, text) => expect(doubtText({ states })).toBe(text))
