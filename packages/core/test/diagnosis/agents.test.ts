import { describe, expect, test } from '@jest/globals'
import { type Cause, explainTarget, type ObjectSnapshot, openIncidents, type Symptom } from '../../src/index.ts'
import { deployment, placement, pod, replicaSet, service, slice, START, withHostPort } from '../builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, REJECTED, type World } from '../world.ts'

const PORT = 'host:30080'
const NODES = ['cp', 'a', 'b', 'c']
const POD = 'pod:default/web-1:8080'
const SERVICE = 'service:default/web:80'
type Seen = Parameters<World['probe']>[1]
const HANGING: Seen = { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' }

/** The pod is on `on`, the port is mapped to `a`, agents are everywhere, and everything answered once. */
function scene(on: string, policy: 'Local' | 'Cluster', by: 'service' | 'host port' = 'service'): World {
  const shape = by === 'service' ? placement() : withHostPort(30080)
  const only = pod('web-1', on, { readySince: START - 600_000, placement: shape })
  const web = service({ externalTrafficPolicy: policy, clusterIP: '10.96.0.7' })
  const behind: ObjectSnapshot[] = by === 'service' ? [web, slice([only])] : []
  const world = createKnownWorld([
    deployment({ template: shape }),
    replicaSet('1', { template: shape }),
    only,
    ...behind,
  ])
  world.agents(...NODES)
  world.pass(1100)
  return world
}

function answered(world: World): World {
  world.pass(1000)
  world.probe(PORT, ALL_OK)
  world.inside({ 'kube-proxy:a@node/a': 'ok' })
  return world
}

/** Four times, a second apart, with agents that stay heard. */
function see(world: World, host: Seen, inside: Record<string, Symptom>): World {
  for (let n = 0; n < 4; n++) {
    world.pass(1000)
    world.agents(...NODES)
    world.inside(inside)
    world.probe(PORT, host)
  }
  return world
}

const everywhere = (symptom: Symptom, but: Record<string, Symptom> = {}) =>
  Object.fromEntries(NODES.map((node) => [`${POD}@node/${node}`, but[node] ?? symptom]))

describe('what agents tell apart that the host cannot', () => {
  test.each<[string, World, Cause, string, Cause[]]>([
    [
      'a path that is broken between two nodes: a third one reaches the pod',
      see(answered(scene('b', 'Cluster')), DROPPED, {
        ...everywhere('ok', { a: 'connect_timeout' }),
        [`${SERVICE}@node/a`]: 'connect_timeout',
      }),
      'cross_node',
      'proven',
      [],
    ],
    [
      'a pod that no other node reaches: a policy looks the same',
      see(answered(scene('b', 'Cluster')), DROPPED, {
        ...everywhere('connect_timeout', { b: 'ok' }),
        [`${SERVICE}@node/a`]: 'connect_timeout',
      }),
      'cross_node',
      'ambiguous',
      ['network_policy'],
    ],
    [
      'a node that reaches the pods and does not forward to them',
      see(answered(scene('b', 'Cluster')), DROPPED, {
        ...everywhere('ok'),
        [`${SERVICE}@node/a`]: 'ok',
        'node:a:30080@node/c': 'connect_timeout',
      }),
      'cross_node',
      'proven',
      [],
    ],
    [
      'the same, where nobody but the host was seen to be kept out',
      see(answered(scene('b', 'Cluster')), DROPPED, { ...everywhere('ok'), [`${SERVICE}@node/a`]: 'ok' }),
      'cross_node',
      'likely',
      [],
    ],
    [
      'a node that answers every other node, and drops the packets of this host alone',
      see(answered(scene('b', 'Cluster')), DROPPED, {
        ...everywhere('ok'),
        [`${SERVICE}@node/a`]: 'ok',
        'node:a:30080@node/b': 'ok',
        'node:a:30080@node/c': 'ok',
      }),
      'host_side',
      'likely',
      [],
    ],
    [
      'kube-proxy that is stuck on the mapped node',
      see(answered(scene('b', 'Cluster')), DROPPED, {
        ...everywhere('ok'),
        [`${SERVICE}@node/a`]: 'unreachable',
        'kube-proxy:a@node/a': 'silent',
      }),
      'kube_proxy_stale',
      'proven',
      [],
    ],
    [
      'rules that are not those of the endpoints, with kube-proxy alive',
      see(answered(scene('b', 'Cluster')), DROPPED, {
        ...everywhere('ok'),
        [`${SERVICE}@node/a`]: 'unreachable',
        'kube-proxy:a@node/a': 'ok',
      }),
      'kube_proxy_stale',
      'ambiguous',
      ['rules_not_programmed'],
    ],
    [
      'an application that is frozen: its own node gets no answer from the pod',
      see(answered(scene('b', 'Cluster')), HANGING, { ...everywhere('silent'), [`${SERVICE}@node/a`]: 'silent' }),
      'app_slow',
      'proven',
      [],
    ],
    [
      'a frozen application whose queue is full',
      see(answered(scene('b', 'Cluster')), DROPPED, {
        ...everywhere('connect_timeout'),
        [`${SERVICE}@node/a`]: 'connect_timeout',
      }),
      'app_slow',
      'proven',
      [],
    ],
    [
      'a pod network that opens no host ports: the pod itself answers',
      see(scene('a', 'Local', 'host port'), REJECTED, everywhere('ok')),
      'hostport_unsupported',
      'proven',
      [],
    ],
    [
      'an application that listens on its loopback: the pod refuses its own node',
      see(scene('a', 'Local'), REJECTED, everywhere('refused')),
      'app_loopback',
      'ambiguous',
      ['target_port_wrong'],
    ],
  ])('%s', (_, world, cause, confidence, candidates) => {
    expect(openIncidents(world.state)[0]).toMatchObject({ cause, confidence, candidates })
    const ruledOut = explainTarget(world.state, PORT, world.now)?.ruledOut ?? []
    expect(ruledOut.map((one) => one.because)).not.toContain('')
  })

  test('an agent that the fault itself cuts off proves nothing by what it saw before', () => {
    const world = answered(scene('b', 'Cluster'))
    world.inside({ ...everywhere('ok'), [`${SERVICE}@node/a`]: 'ok' })
    const { a: _cutOff, ...others } = { a: 'ok', b: 'ok', c: 'ok', cp: 'ok' } as Record<string, Symptom>
    see(world, DROPPED, Object.fromEntries(Object.keys(others).map((node) => [`${POD}@node/${node}`, 'ok'])))
    expect(openIncidents(world.state)[0]).toMatchObject({
      cause: 'cross_node',
      confidence: 'likely',
      candidates: [],
    })
  })

  test('an application that its own node sees hang is to blame, though the port was dark elsewhere each time before', () => {
    const world = answered(scene('b', 'Cluster'))
    const [track] = world.state.ports.tracks.values()
    if (track === undefined) throw new Error('the port is mapped')
    const before = { ...track.epoch, leaving: undefined, endedAt: world.now }
    const epochOf = (node: string, fared: { answered: number; failed: number }, index: number) => {
      const { leaving: _, ...epoch } = { ...before, id: `e${index}`, podNodes: [node], ...fared }
      return epoch
    }
    track.epochs = [
      ...[1, 2, 3, 4].map((index) => epochOf('a', { answered: 50, failed: 0 }, index)),
      ...[5, 6, 7, 8].map((index) => epochOf('b', { answered: 0, failed: 50 }, index)),
    ]
    see(world, HANGING, { ...everywhere('silent'), [`${SERVICE}@node/a`]: 'silent' })
    expect(openIncidents(world.state)[0]).toMatchObject({ cause: 'app_slow', confidence: 'proven' })
  })

  test('what was asked in other words, and is told only now, says nothing', () => {
    const world = answered(scene('b', 'Cluster'))
    const annotations = { 'portolan.dev/probe': 'https' }
    world.set(service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.7', annotations }))
    world.inside(everywhere('ok'))
    for (let n = 0; n < 4; n++) {
      world.pass(1000)
      world.agents(...NODES)
      world.inside(everywhere('ok'))
      world.inside({ [`${SERVICE}@node/a`]: 'silent' }, { protocol: 'https' })
      world.probe(PORT, HANGING)
    }
    expect(openIncidents(world.state)[0]?.cause).not.toBe('kube_proxy_stale')
  })

  test("a node's own NodePort and its agents never clear a fault", () => {
    const world = answered(scene('b', 'Local'))
    see(world, DROPPED, { ...everywhere('ok'), [`${SERVICE}@node/a`]: 'ok' })
    expect(openIncidents(world.state)[0]).toMatchObject({ cause: 'etp_local', confidence: 'proven', closedAt: null })
  })
})

describe('the way, where agents look at it', () => {
  const redHops = (world: World) =>
    explainTarget(world.state, PORT, world.now)?.hops.flatMap((hop) => (hop.state === 'red' ? [hop.name] : []))

  test.each<[string, string[], World]>([
    [
      'stops at the endpoints, where the path between the nodes is broken',
      ['endpoint'],
      see(answered(scene('b', 'Cluster')), DROPPED, everywhere('ok', { a: 'connect_timeout' })),
    ],
    [
      'stops at kube-proxy, where that is stuck',
      ['kube-proxy'],
      see(answered(scene('b', 'Cluster')), DROPPED, { ...everywhere('ok'), [`${SERVICE}@node/a`]: 'unreachable' }),
    ],
    [
      'stops at the pod, where the application is frozen',
      ['pod', 'application'],
      see(answered(scene('b', 'Cluster')), HANGING, everywhere('silent')),
    ],
  ])('%s', (_, hops, world) => {
    expect(redHops(world)).toEqual(hops)
  })
})

describe('an answer that an agent got just before the fault reached it', () => {
  const causes = (world: World) =>
    world.changes('incident.opened', 'incident.updated').map(({ incident }) => incident.cause)

  /** The host is dark already; agents get a last answer, and from then on only what is `failing` is heard of. */
  function lastAnswer(world: World, failing: Record<string, Symptom>): World {
    world.pass(1000)
    world.probe(PORT, DROPPED)
    world.pass(100)
    world.inside(everywhere('ok'))
    return see(world, DROPPED, failing)
  }

  test('from the pod does not blame the rules of the node, once its Service does not answer', () => {
    const failing: Record<string, Symptom> = { [`${SERVICE}@node/a`]: 'connect_timeout' }
    const world = lastAnswer(answered(scene('b', 'Cluster')), failing)
    expect(causes(world)).not.toContain('kube_proxy_stale')
    see(world, DROPPED, { ...failing, ...everywhere('ok') })
    expect(causes(world)).toContain('kube_proxy_stale')
  })

  test('at its own node does not blame the path, once the mapped node gets none', () => {
    const failing: Record<string, Symptom> = { [`${POD}@node/a`]: 'connect_timeout' }
    const world = lastAnswer(answered(scene('b', 'Cluster')), failing)
    expect(openIncidents(world.state)[0]?.confidence).not.toBe('proven')
    see(world, DROPPED, { ...everywhere('ok'), ...failing })
    expect(openIncidents(world.state)[0]).toMatchObject({ cause: 'cross_node', confidence: 'proven' })
  })
})

describe('the evidence of agents', () => {
  test('tells from where the pod answers, and that the mapped node drops', () => {
    const world = answered(scene('b', 'Local'))
    see(world, DROPPED, { ...everywhere('ok'), 'node:a:30080@node/c': 'connect_timeout' })
    const texts = openIncidents(world.state)[0]?.evidence.map(({ text }) => text)
    expect(texts).toEqual(
      expect.arrayContaining([
        'pod:default/web-1:8080 on b: answers at its own node and from a, c and cp',
        'a:30080: connect_timeout from c',
      ]),
    )
  })

  test('comes when agents have looked closer, without another cause being said', () => {
    const world = answered(scene('b', 'Local'))
    see(world, DROPPED, {})
    const before = openIncidents(world.state)[0]?.evidence.length ?? 0
    see(world, DROPPED, everywhere('ok'))
    expect(openIncidents(world.state)[0]?.evidence.length).toBeGreaterThan(before)
    expect(new Set(world.changes('incident.updated').map(({ incident }) => incident.cause))).toEqual(
      new Set(['etp_local']),
    )
  })

  test('grows by the nodes from where the pod is seen to answer, one after the other', () => {
    const world = answered(scene('b', 'Local'))
    const all = everywhere('ok')
    see(world, DROPPED, { [`${POD}@node/b`]: 'ok' })
    see(world, DROPPED, { [`${POD}@node/b`]: 'ok', [`${POD}@node/a`]: 'ok' })
    see(world, DROPPED, all)
    const texts = openIncidents(world.state)[0]?.evidence.map(({ text }) => text)
    expect(texts).toContain('pod:default/web-1:8080 on b: answers at its own node and from a, c and cp')
  })

  test('follows what they see later, when it is told by as many of them', () => {
    const world = answered(scene('b', 'Local'))
    see(world, DROPPED, everywhere('refused'))
    see(world, DROPPED, everywhere('ok'))
    const texts = openIncidents(world.state)[0]?.evidence.map(({ text }) => text)
    expect(texts).toContain('pod:default/web-1:8080 on b: answers at its own node and from a, c and cp')
  })

  test('is worded seldom where what they see changes again and again', () => {
    const world = answered(scene('b', 'Local'))
    see(world, DROPPED, everywhere('ok'))
    for (let n = 0; n < 60; n++) see(world, DROPPED, everywhere(n % 2 === 0 ? 'refused' : 'ok'))
    const updates = world.changes('incident.updated')
    expect(updates.length).toBeGreaterThan(4)
    expect(updates.length).toBeLessThan(40)
  })

  test('a node that is down is missed by its agent and by its peers', () => {
    const world = answered(scene('a', 'Local'))
    world.inside({ 'peer:a@node/b': 'ok' })
    const [cp, a, b, c] = world.state.inventory.containers
    world.containers(cp!, { ...a!, state: 'exited', addresses: [] }, b!, c!)
    for (let n = 0; n < 15; n++) {
      world.pass(1000)
      world.agents('cp', 'b', 'c')
      world.inside({ 'peer:a@node/b': 'silent', 'peer:a@node/c': 'silent' })
      world.probe(PORT, { loopback4: 'refused', lan: 'refused', 'node-address': 'connect_timeout' })
    }
    const incident = openIncidents(world.state)[0]
    expect(incident).toMatchObject({ cause: 'node_down' })
    expect(incident?.evidence.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['the agent on a no longer reports', expect.stringMatching(/get no echo from a$/)]),
    )
  })
})
