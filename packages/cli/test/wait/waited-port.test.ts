import { expect, test } from '@jest/globals'
import { routesToWaitFor, unknownNames } from '../../src/wait/waited-port.ts'
import { route, target } from '../views.ts'

const both = ['sea', 'lake'].map((cluster) => target(80, { cluster, routes: [route('shop.localhost/', { cluster })] }))
const clustersOf = (name: string) =>
  routesToWaitFor(both, { ports: [], routes: [name] }).map(({ route: { cluster } }) => cluster)

test.each([
  ['shop.localhost', ['sea', 'lake']],
  ['80/shop.localhost/', ['sea', 'lake']],
  ['lake/shop.localhost', ['lake']],
  ['lake/80/shop.localhost/', ['lake']],
])('a route that two clusters have, called %s, is waited for in %p', (name, clusters) => {
  expect(clustersOf(name)).toEqual(clusters)
})

test('in a cluster that has it not there is no such route', () => {
  expect(unknownNames(both, { ports: [], routes: ['pond/shop.localhost'] }).routes).toEqual(['pond/shop.localhost'])
})
