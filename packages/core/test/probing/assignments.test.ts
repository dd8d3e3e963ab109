import { describe, expect, test } from '@jest/globals'
import { pushBursts } from '../../src/probing/assign.ts'
import {
  type Effect,
  type EndpointSliceSnapshot,
  type EndpointSnapshot,
  explainTarget,
  type ObjectSnapshot,
} from '../../src/index.ts'
import { container, deployment, mapped, node, placement, pod, replicaSet, service, slice } from '../builders.ts'
import { ALL_OK, createKnownWorld, createWorld, DROPPED, type World } from '../world.ts'

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

test('bursts of very many ports are handed on together', () => {
  const bursts = Array.from({ length: 200_000 }, (_, port) => ({
    to: 'host' as const,
    plan: String(port),
    everyMs: 50,
    timeoutMs: 250,
    forMs: 5000,
  }))
  const effects: Effect[] = []
  pushBursts(bursts, effects)
  expect(effects).toEqual([
    {
      kind: 'burst',
      to: 'host',
      bursts: bursts.map(({ plan, everyMs, timeoutMs, forMs }) => ({ plan, everyMs, timeoutMs, forMs })),
    },
  ])
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
    const answer = (times: number) => {
      for (let n = 0; n < times; n++) {
        world.agents(...NODES)
        world.probe(PORT, ALL_OK)
        world.pass(500)
      }
    }
    answer(2) // an answer between two failures is no reason to look away
    expect(seenFrom(world, 'node:a:30080')).toHaveLength(3)
    answer(10)
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

const ETCD = '172.18.0.99'
const CLOUD = '169.254.169.254'

/** Everywhere that agents are told to go, as `ADDRESS:PORT`. */
function destinations(world: World): Set<string> {
  const plans = NODES.flatMap((node) => world.assignment(`node/${node}`)?.plans ?? [])
  return new Set(plans.map(({ address, port }) => `${address}:${port}`))
}

describe('agents are sent to nobody else than the pods of the Service', () => {
  const endpoint = (address: string, more: Partial<EndpointSnapshot> = {}): EndpointSnapshot => ({
    addresses: [address],
    node: 'b',
    pod: null,
    ready: true,
    serving: true,
    terminating: false,
    ...more,
  })
  const written = (one: EndpointSnapshot, port = 8080): EndpointSliceSnapshot =>
    slice([], {
      name: 'web-by-hand',
      uid: 'slice-by-hand',
      byHand: true,
      endpoints: [one],
      ports: [{ name: 'http', port, protocol: 'TCP' }],
    })
  const ofPod = (name: string) => ({ pod: { name, uid: `pod-${name}` } })
  const onHostNetwork = pod('net', 'b', {
    addresses: [container('b').addresses[0] ?? ''],
    placement: placement({ hostNetwork: true }),
  })
  const elsewhere = pod('victim', 'c', { namespace: 'other', addresses: ['10.244.9.9'] })

  test.each<[string, EndpointSliceSnapshot, string, RegExp]>([
    ['etcd, by a slice that names no pod', written(endpoint(ETCD), 2379), `${ETCD}:2379`, /belongs to no known pod/],
    [
      "etcd, in the name of the Service's own pod",
      written(endpoint(ETCD, ofPod('web-1')), 2379),
      `${ETCD}:2379`,
      /not an address of the pod web-1/,
    ],
    [
      'a pod of another namespace',
      written(endpoint('10.244.9.9', ofPod('victim'))),
      '10.244.9.9:8080',
      /belongs to no known pod of the namespace/,
    ],
    [
      'a pod of another life',
      written(endpoint('10.244.1.7', { pod: { name: 'web-1', uid: 'before' } })),
      '10.244.1.7:8080',
      /belongs to no known pod/,
    ],
    [
      'the kubelet, by a pod on the network of its node',
      written(endpoint('172.18.0.3', ofPod('net')), 10_250),
      '172.18.0.3:10250',
      /net is on the host's network and does not declare the port/,
    ],
    [
      'the kubelet, by a targetPort that the controller follows',
      slice([onHostNetwork], { ports: [{ name: 'http', port: 10_250, protocol: 'TCP' }] }),
      '172.18.0.3:10250',
      /net is on the host's network and does not declare the port/,
    ],
    ['no port', written(endpoint('10.244.1.8', ofPod('web-1')), 0), '10.244.1.8:0', /not a port/],
    [
      'an address that is none',
      written(endpoint('x'.repeat(1000), ofPod('web-1'))),
      `${'x'.repeat(1000)}:8080`,
      /x{100}:8080 \(it is not an address of the pod web-1\)/,
    ],
  ])('not to %s', (_, hostile, where, named) => {
    const world = createKnownWorld([
      deployment(),
      replicaSet(),
      service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.7' }),
      pod('web-1', 'b', { addresses: ['10.244.1.8'] }),
      onHostNetwork,
      elsewhere,
      hostile,
    ])
    arrive(world, ...NODES)
    for (const symptoms of [ALL_OK, DROPPED, DROPPED]) {
      world.probe(PORT, symptoms)
      world.pass(1000)
    }
    expect(destinations(world)).not.toContain(where)
    // What leads to it: the address of the Service, and its port at every node.
    for (const way of ['10.96.0.7:80', ...NODES.map((node) => `${container(node).addresses[0]}:30080`)]) {
      expect(destinations(world)).not.toContain(way)
    }
    const pods = explainTarget(world.state, PORT, world.now)?.hops.find(({ name }) => name === 'pod')
    expect(pods?.text).toMatch(/not probed: /)
    expect(pods?.text).toMatch(named)
  })

  test.each([
    ['cloud metadata', '169.254.169.254'],
    ['cloud metadata by NAT64', '64:ff9b::a9fe:a9fe'],
    ['the loopback of its own node', '127.0.0.1'],
    ['its loopback in words of IPv6', '::ffff:127.0.0.1'],
  ])('not to %s, whatever a kubelet that was taken over says of its node and its pods', (_, address) => {
    const world = createKnownWorld([
      deployment(),
      replicaSet(),
      service({ externalTrafficPolicy: 'Cluster', clusterIP: address }),
      node('b', { addresses: [address] }),
      pod('web-1', 'b', { addresses: [address] }),
      slice([], { endpoints: [endpoint(address, ofPod('web-1'))] }),
    ])
    arrive(world, ...NODES)
    for (const symptoms of [ALL_OK, DROPPED, DROPPED]) {
      world.probe(PORT, symptoms)
      world.pass(1000)
    }
    expect([...destinations(world)].filter((one) => one.includes(address))).toEqual([])
    expect([...destinations(world)]).not.toEqual([])
  })

  test('but to a pod that a slice by hand names as it is, and to the Service then', () => {
    const world = cluster('b', [written(endpoint('10.244.1.7', ofPod('web-1')))])
    arrive(world, ...NODES)
    expect([...destinations(world)]).toEqual(expect.arrayContaining(['10.244.1.7:8080', '10.96.0.7:80']))
  })

  test('and to a pod whose slice carries no UID', () => {
    const world = cluster('b', [written(endpoint('10.244.1.7', { pod: { name: 'web-1', uid: '' } }))])
    arrive(world, ...NODES)
    expect([...destinations(world)]).toContain('10.244.1.7:8080')
  })

  test("and to a port that a pod on the host's network declares", () => {
    const world = createKnownWorld([service({ clusterIP: '10.96.0.7' }), onHostNetwork, slice([onHostNetwork])])
    arrive(world, ...NODES)
    expect([...destinations(world)]).toContain('172.18.0.3:8080')
  })

  test('what the controller wrote a moment before the pod has its address keeps nobody from the Service', () => {
    const young = pod('web-1', 'b', { addresses: [] })
    const ahead = slice([young], { endpoints: [endpoint('10.244.1.7', ofPod('web-1'))] })
    const world = createKnownWorld([
      service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.7' }),
      young,
      ahead,
    ])
    arrive(world, ...NODES)
    expect([...destinations(world)]).toContain('10.96.0.7:80')
    expect([...destinations(world)]).not.toContain('10.244.1.7:8080')
  })
})

test('the host is sent to the mapped port and to nodes alone, whatever a Service and its slices say', () => {
  const annotations = { hello: 'quit\\r\\n', host: ETCD, path: `http://${ETCD}/`, probe: 'tcp' }
  const web = service({
    externalTrafficPolicy: 'Cluster',
    clusterIP: ETCD,
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, text]) => [`portolan.dev/${key}`, text])),
  })
  const hostile = slice([], {
    byHand: true,
    endpoints: ['b', 'nowhere', ETCD].map((name, index) => ({
      addresses: [`172.18.0.${97 + index}`],
      node: name,
      pod: null,
      ready: true,
      serving: true,
      terminating: false,
    })),
  })
  const world = createKnownWorld([web, hostile])
  expect(new Set(world.plans.map(({ address, port }) => `${address}:${port}`))).toEqual(
    new Set(['127.0.0.1:30080', '192.0.2.7:30080', '172.18.0.2:30080', '172.18.0.3:30080']),
  )
})

describe('an agent that claims an address that is none of its node', () => {
  function claim(world: World, address: string): void {
    for (let n = 0; n < 2; n++) {
      world.agents('b', 'c')
      world.tell({ kind: 'agent', node: 'a', address, echoPort: 80 })
      world.pass(1100)
    }
  }

  test.each([CLOUD, ETCD, '127.0.0.1', '172.18.0.3', ''])('gets no peers and sends nobody to %s', (address) => {
    const world = cluster('b', [DNS])
    claim(world, address)
    expect(seenFrom(world, 'peer:a')).toEqual([])
    expect([...destinations(world)].filter((one) => one === `${address}:80`)).toEqual([])
    expect(world.assignment('node/a')?.peers).toEqual([])
    expect(NODES.flatMap((node) => world.assignment(`node/${node}`)?.peers ?? [])).not.toContain(CLOUD)
    expect(plansOf(world, 'a')).not.toContain('kube-proxy:a')
  })

  test('looks at ports and Services as before, and the others look at each other', () => {
    const world = cluster('b', [DNS])
    claim(world, CLOUD)
    expect(plansOf(world, 'a')).toEqual(expect.arrayContaining(['service:kube-system/kube-dns:53']))
    expect(seenFrom(world, 'peer:b')).toEqual(['c'])
    expect(world.assignment('node/b')?.peers).toEqual(container('c').addresses)
  })

  test('is a peer as soon as its node has that address', () => {
    const world = cluster('b')
    claim(world, '172.18.0.77')
    world.set(node('a', { addresses: ['172.18.0.77'] }))
    claim(world, '172.18.0.77')
    expect(world.assignment('node/b')?.peers).toContain('172.18.0.77')
  })
})

describe('a whole range of host ports that is mapped for whatever may come', () => {
  const RANGE = Object.fromEntries(Array.from({ length: 2768 }, (_, index) => [30_000 + index, 30_000 + index]))
  const intervalsOf = (world: World) =>
    new Map(world.assignment('host')?.plans.map(({ target, intervalMs }) => [target, intervalMs]))
  const aSecond = (world: World) =>
    world.assignment('host')?.plans.reduce((sum, { intervalMs }) => sum + 1000 / intervalMs, 0) ?? 0

  test('is probed with a bounded number of probes a second, and what is used as often as ever', () => {
    const world = cluster('b')
    world.containers(container('cp'), mapped('a', RANGE), container('b'), container('c'))
    expect(aSecond(world)).toBeLessThan(250)
    expect(intervalsOf(world).get('host:30081')).toBeGreaterThan(50_000)
    expect(intervalsOf(world).get(PORT)).toBe(1000)
  })

  test('holds a port that something begins to use, and then no longer, as closely as any other from then on', () => {
    const world = cluster('b')
    world.containers(container('cp'), mapped('a', RANGE), container('b'), container('c'))
    const other = service({ name: 'other', uid: 'other', ports: [{ ...service().ports[0]!, nodePort: 30_081 }] })
    world.set(other)
    expect(intervalsOf(world).get('host:30081')).toBe(1000)
    world.remove(other)
    world.pass(1100)
    expect(intervalsOf(world).get('host:30081')).toBe(1000)
  })

  test('is probed as often as any port as long as the objects are not known', () => {
    const world = createWorld()
    world.containers(mapped('a', RANGE))
    expect(intervalsOf(world).get('host:30081')).toBe(1000)
  })
})
