import { expect, test } from '@jest/globals'
import { markOf, routeWords } from '../../page/now/route-words.ts'

const WELL = { state: 'up', cause: null, status: 200, degraded: null, note: null } as const

test.each([
  [WELL, 'answers with 200'],
  [{ ...WELL, state: 'broken', cause: 'route_conflict' }, 'broken: route_conflict'],
  [{ ...WELL, degraded: 'answers with HTTP status 500' }, 'answers with HTTP status 500'],
  [{ ...WELL, state: 'down', note: 'the port in front of it, 80, is dark' }, 'the port in front of it, 80, is dark'],
  [{ ...WELL, state: 'unknown' }, 'unknown'],
] as const)('%j reads %s', (route, text) => expect(routeWords(route)).toBe(text))

test('a broken one has the sign of a dark port', () => expect(markOf({ state: 'broken' })).toBe('down'))
