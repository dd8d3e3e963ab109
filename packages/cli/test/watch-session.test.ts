import { expect, test } from '@jest/globals'
import { exitCodeFor } from '../src/watch-session.ts'

const WELL = { incidents: 0, moves: 0, worked: true, dark: [], blind: [] }

test.each([
  ['all ports answered', {}, 0],
  ['a port is dark at the end', { dark: ['host:30080'] }, 1],
  ['an incident came and went', { incidents: 1 }, 1],
  ['nothing could ever be told', { worked: false }, 3],
  ['a port is dark, and why could never be told', { worked: false, dark: ['host:30080'], incidents: 1 }, 3],
])('%s', (_, more, code) => expect(exitCodeFor({ ...WELL, ...more })).toBe(code))
