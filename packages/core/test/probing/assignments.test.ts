import { describe, expect, test } from '@jest/globals'
import type { ObjectSnapshot } from '../../src/index.ts'
import { deployment, pod, replicaSet, service, slice } from '../builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, type World } from '../world.ts'

const PORT = 'host:30080'
const NODES = ['cp', 'a', 'b', 'c']

function cluster(on: string, more: ObjectSnapshot[] = []): World {
  const only = pod('web-1', on)
  const web = service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.7' })
  return createKnownWorld([deployment(), replicaSet(), web, only, slice([only]), ...more])
}

const DNS = service({
  namespace: 'kube-system',
  name: 'kube-dns',
  uid: 'dns',
  type: 'ClusterIP',
  clusterIP: '10.96.0.10',
  ports: [
    { name: 'dns', port: 53, targetPort: '53', nodePort: 0, protocol: 'UDP', appProtocol: '' },
    { name: 'dns-tcp', port: 53, targetPort: '53', nodePort: 0, protocol: 'TCP', appProtocol: '' },
    { name: 'metrics', port: 9153, targetPort: '9153', nodePort: 0, protocol: 'TCP', appProtocol: '' },
  ],
})
const API = service({
  name: 'kubernetes',
  uid: 'api',
  type: 'ClusterIP',
  clusterIP: '10.96.0.1',
  ports: [{ name: 'https', port: 443, targetPort: '6443', nodePort: 0, protocol: 'TCP', appProtocol: '' }],
})

/** They are heard, and a moment later it is decided who does what. */
function arrive(world: World, ...nodes: string[]): void {
  world.agents(...nodes)
  world.pass(1100)
  world.agents(...nodes)
}

const plansOf = (world: World, node: string) =>
  world.assignment(`node/${node}`)?.plans.map(({ target }) => target) ?? []
const seenFrom = (world: World, target: string) => NODES.filter((node) => plansOf(world, node).includes(target))

describe('what agents are told to do', () => {
  test('nothing, as long as none is there; the host has its own', () => {
    const world = cluster('b')
    const told = world.effects.flatMap((effect) => (effect.kind === 'assign' ? [effect.to] : []))
    expect(new Set(told)).toEqual(new Set(['host']))
  })

  test('the mesh, DNS over both, the API server and kube-proxy of their own node', () => {
    const world = cluster('b', [DNS, API])
    arrive(world, ...NODES)
    expect(plansOf(world, 'c').sort()).toEqual(
      [
        'kube-proxy:c',
        'peer:a',
        'peer:b',
        'peer:cp',
        'service:default/kubernetes:443',
        'service:kube-system/kube-dns:53',
        'service:kube-system/kube-dns:53/udp',
        ...plansOf(world, 'c').filter((target) => /30080|web/.test(target)),
      ].sort(),
    )
  })

  test('to answer the echoes of those that probe them, and of nobody else', () => {
    const world = cluster('b')
    arrive(world, 'a', 'b')
    expect(world.assignment('node/a')?.peers).toEqual(['172.18.0.3'])
    expect(world.assignment('node/b')?.peers).toEqual(['172.18.0.2'])
  })

  test('to look at the mapped node from another node, never from itself', () => {
    const world = cluster('b')
    arrive(world, ...NODES)
    const from = seenFrom(world, 'node:a:30080')
    expect(from).toHaveLength(1)
    expect(from).not.toContain('a')
  })

  test('to look at a pod from its own node, from the mapped one and from a third', () => {
    const world = cluster('b')
    arrive(world, ...NODES)
    const from = seenFrom(world, 'pod:default/web-1:8080')
    expect(from).toEqual(expect.arrayContaining(['a', 'b']))
    expect(from).toHaveLength(3)
    expect(seenFrom(world, 'service:default/web:80')).toEqual(['a'])
  })

  test('to look at a port from more nodes while it is dark, and from few again when it is well', () => {
    const world = cluster('b')
    arrive(world, ...NODES)
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    const calm = seenFrom(world, 'node:a:30080').length
    world.pass(1000)
    for (let n = 0; n < 2; n++) {
      world.probe(PORT, DROPPED)
      world.pass(500)
    }
    expect(seenFrom(world, 'node:a:30080')).toHaveLength(3)
    expect(seenFrom(world, 'pod:default/web-1:8080')).toEqual(expect.arrayContaining(NODES))
    for (let n = 0; n < 2; n++) {
      world.probe(PORT, ALL_OK)
      world.pass(500)
    }
    expect(seenFrom(world, 'node:a:30080')).toHaveLength(calm)
  })

  test('others take over from an agent that is not heard any more, and the mesh still looks for it', () => {
    const world = cluster('b')
    arrive(world, ...NODES)
    const [watcher = ''] = seenFrom(world, 'node:a:30080')
    for (let n = 0; n < 4; n++) {
      world.pass(5000)
      world.agents(...NODES.filter((node) => node !== watcher))
    }
    world.pass(1000)
    const [next = ''] = seenFrom(world, 'node:a:30080')
    expect(next).not.toBe(watcher)
    expect(seenFrom(world, `peer:${watcher}`)).toHaveLength(3)
  })

  test('what the prober found out to be spoken is not found out again', () => {
    const world = cluster('b')
    arrive(world, ...NODES)
    const identity = 'service-web:80'
    world.tell({ kind: 'protocol', identity, protocol: 'redis', why: 'it answered as Redis does' })
    const ports = service().ports.map((port) => ({ ...port, name: '' }))
    world.set(service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.8', ports }))
    const plan = world.assignment('node/a')?.plans.find(({ target }) => target === 'service:default/web:80')
    expect(plan).toMatchObject({ address: '10.96.0.8', speech: { protocol: 'redis' } })
  })

  test('a change bursts inside the cluster as well', () => {
    const world = cluster('b')
    arrive(world, ...NODES)
    world.effects.length = 0
    world.set(slice([pod('web-1', 'b'), pod('web-2', 'c', { addresses: ['10.244.3.9'] })]))
    const told = world.effects.flatMap((effect) => (effect.kind === 'burst' ? [effect.to] : []))
    expect(told).toEqual(expect.arrayContaining(['host', 'node/a', 'node/b']))
  })
})
