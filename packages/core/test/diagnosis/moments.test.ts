import { describe, expect, test } from '@jest/globals'
import { container, deployment, mapped, pod, replicaSet, service, slice, withHostPort } from '../builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, fourNodes, REJECTED, type World } from '../world.ts'
import { answered, podSeen, PORT, scene, see, SERVICE, verdictOf } from './scene.ts'

const HANGING = { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' } as const

/** Every cause that was said, in its order. */
function said(world: World): string[] {
  return world.changes('incident.opened', 'incident.updated').map(({ incident }) => incident.cause)
}

describe('an answer beside the port that began after the port was last seen to fail', () => {
  test('is the end of a broken path, and no fault of this host, where other nodes are answered first', () => {
    const broken = { 'node:a:30080@node/b': 'connect_timeout', 'node:a:30080@node/c': 'connect_timeout' } as const
    const world = see(answered(scene({ on: 'b', agents: true })), DROPPED, {
      inside: {
        ...podSeen('ok', { a: 'connect_timeout', c: 'connect_timeout' }),
        [`${SERVICE}@node/a`]: 'connect_timeout',
        ...broken,
      },
    })
    for (let n = 0; n < 3; n++) {
      world.pass(300)
      world.inside({ ...podSeen('ok'), 'node:a:30080@node/b': 'ok', 'node:a:30080@node/c': 'ok' })
    }
    expect(said(world)).not.toContain('host_side')
  })

  test('is the end of a frozen application, and no loss of large packets, where its own node is answered first', () => {
    const world = see(answered(scene({ on: 'b' })), HANGING, { witnesses: { 'node:b:30080': 'silent' } })
    expect(said(world)).toContain('app_slow')
    world.pass(300)
    world.probe('node:b:30080', { 'node-address': 'ok' })
    expect(said(world)).not.toContain('mtu')
  })
})

test('an answer to other nodes from before the node itself failed this host is no fault of this host', () => {
  const world = answered(scene({ on: 'a', agents: true }))
  const others = { 'node:a:30080@node/b': 'ok', 'node:a:30080@node/c': 'ok' } as const
  see(world, { loopback4: 'refused', lan: 'refused', 'node-address': 'ok' }, { inside: others })
  for (let n = 0; n < 4; n++) {
    world.pass(300)
    world.probe(PORT, { loopback4: 'closed', lan: 'refused', 'node-address': 'refused' })
  }
  expect(said(world)).not.toContain('host_side')
})

/** The node was stopped and started again, and its kube-proxy has been back for a while. */
function restarted(world: World): World {
  const [cp, a, b, c] = fourNodes({ 30080: 30080 })
  const [, , ...others] = [cp, a, b, c]
  world.tell({ kind: 'container', name: 'a', action: 'die', exitCode: 137 })
  world.containers(cp, { ...a, state: 'exited', bindings: [], addresses: [] }, ...others)
  world.pass(1000)
  world.containers(cp, mapped('a', { 30080: 30080 }, { startedAt: world.now }), ...others)
  world.pass(12_000)
  return world
}

describe('a node that was started a while ago', () => {
  test('is not why a port is dark whose pods are elsewhere', () => {
    const world = see(restarted(answered(scene({ on: 'b', policy: 'Local' }))), DROPPED)
    expect(verdictOf(world)?.cause).toBe('etp_local')
  })

  test('is not why a port is dark once its kube-proxy reports that its rules are up to date', () => {
    const world = restarted(answered(scene({ on: 'b' })))
    world.probe('kube-proxy:a', { 'node-address': 'ok' })
    expect(verdictOf(see(world, DROPPED))?.cause).not.toBe('node_down')
  })

  test('is not started anew by a clock that is set back', () => {
    const world = answered(scene({ on: 'a', policy: 'Local' }))
    restarted(world)
    world.pass(60_000)
    see(world, ALL_OK)
    world.now -= 7_200_000
    world.tell({ kind: 'clock', byMs: -7_200_000 })
    see(world, REJECTED)
    expect(said(world).at(-1)).not.toBe('node_down')
  })
})

test('where only other nodes can look beside loopback, they show that the proxy of the engine is gone', () => {
  const world = scene({ on: 'a', agents: true })
  const others = { 'node:a:30080@node/b': 'ok', 'node:a:30080@node/c': 'ok' } as const
  see(world, { loopback4: 'ok' }, { inside: others })
  see(world, { loopback4: 'refused' }, { inside: others })
  expect(verdictOf(world)?.cause).toBe('proxy_dead')
  expect(said(world)).not.toContain('host_side')
})

test('a desktop engine whose proxy is gone is refused at the LAN address as well, and no way of the host is blamed', () => {
  const world = scene({ on: 'a', agents: true })
  const others = { 'node:a:30080@node/b': 'ok', 'node:a:30080@node/c': 'ok' } as const
  see(world, { loopback4: 'ok', lan: 'ok' }, { inside: others })
  see(world, { loopback4: 'refused', lan: 'refused' }, { inside: others })
  expect(verdictOf(world)?.cause).toBe('proxy_dead')
  expect(world.incident()?.remedies).toHaveLength(1)
  expect(said(world)).not.toContain('host_side')
})

test('an answer beside loopback from before loopback failed shows no dead proxy', () => {
  const world = answered(scene({ on: 'a' }))
  for (let n = 0; n < 3; n++) {
    world.pass(200)
    world.probe(PORT, { loopback4: 'refused' })
  }
  expect(said(world)).not.toContain('proxy_dead')
})

test('of a host port whose pod leaves nothing is said of kube-proxy, which has no part in it', () => {
  const template = withHostPort(30080)
  const [leaving, other] = [pod('web-1', 'a', { placement: template }), pod('web-2', 'b', { placement: template })]
  const world = answered(createKnownWorld([deployment({ template, replicas: 2 }), replicaSet(), leaving, other]))
  world.pass(10_000)
  world.set({ ...leaving, deletedAt: world.now })
  world.probe(PORT, REJECTED)
  world.pass(500)
  world.probe(PORT, REJECTED)
  expect(world.incident()?.cause).toBe('rollout_gap')
  expect(world.incident()?.summary).not.toMatch(/kube-proxy/)
})

test('connections that fail by turns, a few in a row by chance, are no loss of large packets', () => {
  const pods = [pod('web-1', 'b'), pod('web-2', 'c')]
  const world = createKnownWorld([
    deployment({ replicas: 2 }),
    replicaSet(),
    service({ externalTrafficPolicy: 'Cluster' }),
    slice(pods),
    ...pods,
  ])
  answered(world)
  for (const symptom of ['silent', 'ok', 'silent', 'silent', 'silent'] as const) {
    world.pass(1000)
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, { loopback4: symptom, lan: symptom, 'node-address': symptom })
  }
  expect(said(world)).not.toContain('mtu')
})

test('a paused node that holds the pods takes connections first: neither a slow application nor lost packets', () => {
  const world = answered(scene({ on: 'b' }))
  world.pass(10_000)
  world.probe(PORT, ALL_OK)
  world.probe('node:b:30080', { 'node-address': 'ok' })
  world.pass(500)
  const [cp, a, , c] = fourNodes({ 30080: 30080 })
  world.tell({ kind: 'container', name: 'b', action: 'pause', exitCode: null })
  world.containers(cp, a, container('b', { state: 'paused' }), c)
  for (let n = 0; n < 3; n++) {
    world.pass(1000)
    world.probe(PORT, HANGING)
    if (n > 0) world.probe('node:b:30080', { 'node-address': 'silent' })
  }
  for (let n = 0; n < 3; n++) {
    world.pass(1000)
    world.probe(PORT, DROPPED)
  }
  expect(new Set(said(world))).toEqual(new Set(['node_down']))
})
