import { expect, test } from '@jest/globals'
import { filterNodes } from '../src/node-filter.ts'

const fleet = { servers: ['s0'], agents: ['a0', 'a1', 'a2'], balancer: 'lb' }

test.each([
  ['server:0', ['s0'], 'proxy'],
  ['agents:*', ['a0', 'a1', 'a2'], 'proxy'],
  ['agent:0,2', ['a0', 'a2'], 'proxy'],
  ['agent:1-', ['a1', 'a2'], 'proxy'],
  ['agent:0-1:direct', ['a0', 'a1'], 'direct'],
  ['loadbalancer', ['lb'], 'proxy'],
  ['all', ['s0', 'a0', 'a1', 'a2', 'lb'], 'proxy'],
])('%s speaks of %j', (filter, nodes, suffix) => expect(filterNodes(filter, fleet)).toEqual({ nodes, suffix }))

test.each([
  ['worker:0', 'none that k3d knows'],
  ['server', 'which of them'],
  ['server:1', 'there is not'],
  ['agent:1-5', 'there is not'],
  ['agent:0:host', 'unknown suffix'],
])('%s is refused: %s', (filter, why) => expect(() => filterNodes(filter, fleet)).toThrow(why))

test('a load balancer that is disabled is none', () => {
  expect(() => filterNodes('loadbalancer', { ...fleet, balancer: null })).toThrow('disabled')
})
