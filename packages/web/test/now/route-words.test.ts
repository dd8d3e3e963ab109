import { expect, test } from '@jest/globals'
import { countRoutes, markOf, routeWords } from '../../page/now/route-words.ts'

const WELL = { state: 'up', cause: null, status: 200, degraded: null, note: null } as const

test.each([
  [['up'], '1 route'],
  [['up', 'broken', 'up'], '3 routes, 1 broken'],
  [['down', 'down', 'unknown'], '3 routes, 2 dark, 1 unknown'],
] as const)('%j are told as %s', (states, text) => {
  expect(countRoutes(states.map((state) => ({ state })))).toBe(text)
})

test.each([
  [WELL, 'answers with 200'],
  [{ ...WELL, state: 'broken', cause: 'route_conflict' }, 'broken: route_conflict'],
  [{ ...WELL, degraded: 'answers with HTTP status 500' }, 'answers with HTTP status 500'],
  [{ ...WELL, state: 'down', note: 'behind host:80, which is dark' }, 'behind host:80, which is dark'],
  [{ ...WELL, state: 'unknown' }, 'unknown'],
] as const)('%j reads %s', (route, text) => expect(routeWords(route)).toBe(text))

test('a broken one has the sign of a dark port', () => expect(markOf({ state: 'broken' })).toBe('down'))
