import { expect, test } from '@jest/globals'
import { openIncidents } from '../../src/index.ts'
import { DROPPED, type World } from '../world.ts'
import { answered, podSeen, scene, see, SERVICE } from './scene.ts'

const incidentOf = (world: World) => openIncidents(world.state)[0]
const saysAgents = (world: World) => incidentOf(world)?.remedies.some(({ command }) => command === 'portolan install')

test('loopback answers and the LAN address does not: a firewall is a candidate, never said as the cause', () => {
  const world = see(answered(scene({ on: 'a' })), { loopback4: 'ok', lan: 'connect_timeout', 'node-address': 'ok' })
  expect(incidentOf(world)).toMatchObject({
    cause: 'unproven',
    candidates: ['host_firewall'],
    summary: expect.stringContaining('a firewall of the host may block the port'),
  })
  expect(incidentOf(world)?.remedies.map(({ text }) => text)).toContainEqual(expect.stringMatching(/another machine/))
})

test('what is unproven says up to where all is well', () => {
  const world = see(scene({ on: 'a' }), DROPPED)
  expect(incidentOf(world)).toMatchObject({
    cause: 'unproven',
    summary: expect.stringMatching(/no known cause fits the observations: everything works up to the node\.$/),
  })
})

test('a node that does not answer at its own address either is not held against a firewall', () => {
  const world = see(answered(scene({ on: 'a' })), { ...DROPPED, loopback4: 'ok' })
  expect(incidentOf(world)?.candidates).not.toContain('host_firewall')
})

test('what agents would tell apart is said with how to have them, as long as none looks', () => {
  const dropped = see(answered(scene({ on: 'b' })), DROPPED, { witnesses: { 'node:b:30080': 'ok' } })
  expect(incidentOf(dropped)).toMatchObject({ cause: 'cross_node', confidence: 'ambiguous' })
  expect(saysAgents(dropped)).toBe(true)
  const seen = see(answered(scene({ on: 'b', agents: true })), DROPPED, {
    inside: { ...podSeen('connect_timeout', { b: 'ok' }), [`${SERVICE}@node/a`]: 'connect_timeout' },
  })
  expect(incidentOf(seen)?.confidence).toBe('ambiguous')
  expect(saysAgents(seen)).toBe(false)
})
