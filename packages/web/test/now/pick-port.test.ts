import { expect, test } from '@jest/globals'
import { pickPort } from '../../page/now/pick-port.ts'
import { target } from '../targets.ts'

const up = target(1)
const dark = target(2, { state: 'down' })
const other = target(3)
const idle = target(4, { state: 'by_design' })

test.each([
  ['the one that was asked for', [up, dark], 'dev/host:1', null, up],
  ['a dark one', [up, dark], null, null, dark],
  ['a dark one rather than the last one that answers', [up, dark], null, 'dev/host:1', dark],
  ['the last one, when nothing is dark', [up, other], null, 'dev/host:3', other],
  ['the first one at the start', [up, other], null, null, up],
  ['the first one that is meant to answer', [idle, other], null, null, other],
  ['another one, when the one that was asked for is gone', [up], 'dev/host:9', null, up],
  ['none, when there is none', [], null, null, null],
])('%s', (_, targets, asked, last, expected) => expect(pickPort(targets, asked, last)).toBe(expected))
