import { expect, test } from '@jest/globals'
import { pickRow } from '../../page/now/pick-row.ts'
import { rowsOf } from '../../page/now/port-rows.ts'
import { target } from '../targets.ts'

const up = target(1)
const dark = target(2, { state: 'down', since: '2026-01-01T00:00:00.000Z' })
const newer = target(3, { state: 'down', since: '2026-01-02T00:00:00.000Z' })
const flapping = target(4, { state: 'flapping' })
const idle = target(5, { state: 'by_design' })

const front = target(6, {
  state: 'down',
  routes: [{ id: 'route:6/a/', cluster: 'dev', name: 'a/', service: null, state: 'down', incident: null }] as never,
})

test.each([
  [
    'the port, when the last one is a route behind it that went dark first',
    [front],
    null,
    'dev/route:6/a/',
    'dev/host:6',
  ],
  ['the one that was asked for', [up, dark], 'dev/host:1', null, 'dev/host:1'],
  ['the one that was asked for without its cluster', [up, dark], 'host:1', null, 'dev/host:1'],
  ['the newest that is dark', [up, dark, newer], null, null, 'dev/host:3'],
  ['the dark one that was there before', [up, dark, newer], null, 'dev/host:2', 'dev/host:2'],
  ['a dark one rather than one that flaps', [flapping, dark], null, 'dev/host:4', 'dev/host:2'],
  ['a dark one, when the last one is well again', [up, dark], null, 'dev/host:1', 'dev/host:2'],
  ['another one, when the one that was asked for is gone', [dark], 'dev/host:9', null, 'dev/host:2'],
  ['none, when all are well from the beginning', [up, idle], null, null, undefined],
  ['the last one, when it is well again', [up, idle], null, 'dev/host:1', 'dev/host:1'],
  ['none, when there is none', [], null, null, undefined],
])('%s', (_, targets, asked, last, expected) => expect(pickRow(rowsOf(targets), asked, last)?.key).toBe(expected))
