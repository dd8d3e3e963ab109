import { expect, test } from '@jest/globals'
import type { Cause, Symptom } from '../../src/index.ts'
import { DROPPED, type World } from '../world.ts'
import { answered, PORT, podSeen, scene, see, SERVICE, verdictOf } from '../diagnosis/scene.ts'

const STALLED = { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' } as const satisfies Record<
  string,
  Symptom
>

test.each<[string, World, Cause, string, Cause[]]>([
  [
    'connections are taken between the nodes, and answers come at the own node only',
    see(answered(scene({ on: 'b', agents: true })), STALLED, {
      inside: { ...podSeen('silent', { b: 'ok' }), [`${SERVICE}@node/a`]: 'silent' },
    }),
    'mtu',
    'likely',
    [],
  ],
  [
    'from the host alone: at the own node it answers, so that the application is not slow',
    see(answered(scene({ on: 'b' })), STALLED, { witnesses: { 'node:b:30080': 'ok' } }),
    'mtu',
    'likely',
    [],
  ],
  [
    'not even a connection is taken: the path is broken',
    see(answered(scene({ on: 'b', agents: true })), DROPPED, {
      inside: { ...podSeen('ok', { a: 'connect_timeout' }), [`${SERVICE}@node/a`]: 'connect_timeout' },
    }),
    'cross_node',
    'proven',
    [],
  ],
  [
    'silent at the own node as well: the application',
    see(answered(scene({ on: 'b', agents: true })), STALLED, {
      inside: { ...podSeen('silent'), [`${SERVICE}@node/a`]: 'silent' },
    }),
    'app_slow',
    'proven',
    [],
  ],
])('%s', (_, world, cause, confidence, candidates) => {
  expect(verdictOf(world)).toEqual({ cause, confidence, candidates })
})

test('one connection that was taken before the path broke, and stalled with it, is no lost large packet', () => {
  const world = answered(scene({ on: 'b' }))
  world.pass(1000)
  world.probe('node:b:30080', { 'node-address': 'ok' })
  world.probe(PORT, STALLED)
  world.pass(200)
  world.probe(PORT, { loopback4: 'silent', lan: 'silent' })
  expect(verdictOf(world)?.cause).not.toBe('mtu')
})

test("while the pods' own node fails too, nothing is said of large packets, though the pod answered the API server", () => {
  const world = answered(scene({ on: 'b' }))
  world.state.settings.asksPods = true
  const inside = { 'pod:default/web-1:8080@api/pod-proxy': 'ok' } as const
  for (let n = 0; n < 3; n++) see(world, STALLED, { inside, witnesses: { 'node:b:30080': 'refused' } })
  const said = world.changes('incident.opened', 'incident.updated').map(({ incident }) => incident.cause)
  expect(said).not.toContain('mtu')
})
