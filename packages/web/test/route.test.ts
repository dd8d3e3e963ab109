import { expect, test } from '@jest/globals'
import { readPlace, readRoute, WHOLE_FLEET, writePlace, writeRoute } from '../page/route.ts'

test.each([
  ['/', { view: 'now', port: null }],
  ['/?port=dev/host:30080', { view: 'now', port: 'dev/host:30080' }],
  ['/timeline', { view: 'timeline', port: null, from: null, to: null }],
  [
    '/timeline?port=dev/host:53/udp&from=2026-01-01T00:00:00.000Z&to=2026-01-01T01:00:00.500Z',
    { view: 'timeline', port: 'dev/host:53/udp', from: 1767225600000, to: 1767229200500 },
  ],
  ['/incidents', { view: 'incidents' }],
  ['/what-if', { view: 'whatif', drain: null }],
  ['/what-if?drain=node:dev/dev-worker', { view: 'whatif', drain: 'node:dev/dev-worker' }],
  ['/mesh', { view: 'mesh' }],
  ['/incidents/dev-30080-x', { view: 'incident', id: 'dev-30080-x' }],
  ['/fleet', { view: 'fleet', choice: WHOLE_FLEET }],
  [
    '/fleet?search=dev&state=quiet&label.team=a',
    { view: 'fleet', choice: { text: 'dev', state: 'quiet', labels: { team: 'a' } } },
  ],
  ['/fleet/incidents', { view: 'fleetIncidents', choice: WHOLE_FLEET }],
  ['/causes', { view: 'causes', cause: null }],
  ['/causes/etp_local', { view: 'causes', cause: 'etp_local' }],
  ['/no/such/page', { view: 'missing', path: '/no/such/page' }],
] as const)('%s says the same both ways', (address, route) => {
  const { pathname, search } = new URL(address, 'http://localhost')
  expect(readRoute(pathname, search)).toEqual(route)
  expect(writeRoute(route)).toBe(address)
})

test('what is no time is none', () => {
  expect(readRoute('/timeline', '?from=yesterday&to=')).toMatchObject({ from: null, to: null })
})

test('an address that somebody wrote by hand leads somewhere, whatever stands in it', () => {
  expect(readRoute('/incidents/%E0%A4%A', '')).toEqual({ view: 'incident', id: '%E0%A4%A' })
})

test('a name with half a character in it has an address', () => {
  expect(writeRoute({ view: 'incident', id: 'dev\ud800' })).toBe('/incidents/dev%EF%BF%BD')
  expect(writeRoute({ view: 'now', port: 'dev\ud800/host:80' })).toBe('/?port=dev%EF%BF%BD/host:80')
})

test.each([
  ['/clusters/team-a/dev', 'team-a/dev', { view: 'now', port: null }],
  ['/clusters/team-a/dev?port=team-a/dev/host:80', 'team-a/dev', { view: 'now', port: 'team-a/dev/host:80' }],
  ['/clusters/team-a/dev/incidents/x', 'team-a/dev', { view: 'incident', id: 'x' }],
  ['/clusters/team-a/far%2Faway/timeline', 'team-a/far/away', { view: 'timeline', port: null, from: null, to: null }],
  ['/incidents', null, { view: 'incidents' }],
] as const)('%s says the same both ways of a cluster', (address, cluster, route) => {
  const { pathname, search } = new URL(address, 'http://localhost')
  expect(readPlace(pathname, search)).toEqual({ cluster, route })
  expect(writePlace({ cluster, route })).toBe(address)
})

test('the fleet is of no cluster, wherever somebody comes from', () => {
  expect(writePlace({ cluster: 'team-a/dev', route: { view: 'fleet', choice: WHOLE_FLEET } })).toBe('/fleet')
})
