import { describe, expect, test } from '@jest/globals'
import { explainTarget, openIncidents, type PortRule, type RuleReading } from '../../src/index.ts'
import { deployment, pod, service, slice } from '../builders.ts'
import { ALL_OK, DROPPED, REJECTED, type World } from '../world.ts'
import { answered, PORT, scene, see, verdictOf } from './scene.ts'

const NO_LOCAL: PortRule = {
  chain: 'KUBE-EXTERNAL-SERVICES',
  verdict: 'drop',
  reason: 'without_local_endpoints',
  service: 'default/web:http',
  packets: 14,
  to: [],
}
const NO_ENDPOINTS: PortRule = { ...NO_LOCAL, verdict: 'reject', reason: 'without_endpoints' }
const forward = (address: string): PortRule => ({
  chain: 'KUBE-NODEPORTS',
  verdict: 'forward',
  reason: 'other',
  service: 'default/web:http',
  packets: 3,
  to: [{ address, port: 8080 }],
})

/** Read within the last 3.1 seconds. */
function read(world: World, rules: PortRule[], more: Partial<RuleReading> = {}): World {
  const reading: RuleReading = {
    node: 'a',
    port: 30080,
    protocol: 'tcp',
    family: 'IPv4',
    from: world.now - 3100,
    to: world.now,
    probes: 3,
    mode: 'iptables',
    rules,
    connections: { count: 12, most: 262_144 },
    unread: [],
    ...more,
  }
  world.tell({ kind: 'rule', reading })
  return world
}

function textsOf(world: World): string[] {
  const [incident] = openIncidents(world.state)
  return (incident?.evidence ?? []).flatMap(({ kind, text }) => (kind === 'rule' ? [text] : []))
}

const kubeProxyHop = (world: World) =>
  explainTarget(world.state, PORT, world.now)?.hops.find(({ name }) => name === 'kube-proxy')

/** Watching began when it was dark already, with policy Local and the pod on another node than the mapped one. */
const foundDark = () => see(scene({ on: 'b', policy: 'Local' }), DROPPED)

describe('the rule that drops a dark port', () => {
  test('is evidence, and proves the verdict where its counter grew with our own connections', () => {
    const world = foundDark()
    expect(verdictOf(world)).toEqual({ cause: 'etp_local', confidence: 'likely', candidates: [] })
    read(world, [NO_LOCAL])
    expect(verdictOf(world)).toEqual({ cause: 'etp_local', confidence: 'proven', candidates: [] })
    expect(textsOf(world)).toEqual([
      'a rule in KUBE-EXTERNAL-SERVICES of a drops packets to port 30080 (default/web:http has no local endpoints): 14 packets within 3.1 s, while this machine tried 3 connections',
    ])
    expect(kubeProxyHop(world)).toMatchObject({
      state: 'red',
      text: expect.stringMatching(/; a rule in KUBE-EXTERNAL-SERVICES drops the packets \(14 within 3\.1 s\)$/),
    })
  })

  test.each<[string, PortRule[], Partial<RuleReading>]>([
    ['counts nothing (nftables)', [{ ...NO_LOCAL, packets: null }], { mode: 'nftables' }],
    ['counted fewer packets than we sent', [{ ...NO_LOCAL, packets: 2 }], {}],
    ['counted while we sent none', [NO_LOCAL], { probes: 0 }],
    ['is for another Service', [{ ...NO_LOCAL, service: 'default/other' }], {}],
    ['is not kube-proxy’s', [{ ...NO_LOCAL, reason: 'other', service: '' }], {}],
    ['leads to the pods', [forward('10.244.1.10')], {}],
    ['is not there', [], {}],
    ['could not be read', [], { mode: null, unread: ['iptables-save is not in the image of a'] }],
  ])('proves nothing where it %s, and is evidence all the same', (_, rules, more) => {
    const world = read(foundDark(), rules, more)
    expect(verdictOf(world)).toEqual({ cause: 'etp_local', confidence: 'likely', candidates: [] })
    expect(textsOf(world).length).toBeGreaterThan(0)
  })

  test.each<[string, Partial<RuleReading>]>([
    ['another node', { node: 'b' }],
    ['another port', { port: 30081 }],
    ['the same port over UDP', { protocol: 'udp' }],
  ])('says nothing of the port where it is of %s', (_, more) => {
    const world = read(foundDark(), [NO_LOCAL], more)
    expect(verdictOf(world)?.confidence).toBe('likely')
    expect(textsOf(world)).toEqual([])
  })

  test('is of before where the endpoints changed since', () => {
    const world = foundDark()
    const second = pod('web-2', 'c')
    world.set(second, slice([second]))
    read(world, [NO_LOCAL])
    see(world, DROPPED)
    expect(textsOf(world)).toEqual([])
  })

  test('proves that a Service has no ready endpoint', () => {
    const world = answered(scene({ on: 'a' }))
    world.remove(pod('web-1', 'a'))
    world.set(deployment({ replicas: 0 }), slice([]))
    see(world, REJECTED)
    read(world, [NO_ENDPOINTS])
    see(world, REJECTED)
    expect(verdictOf(world)).toMatchObject({ cause: 'no_endpoints', confidence: 'proven' })
    expect(textsOf(world)).toEqual([
      'a rule in KUBE-EXTERNAL-SERVICES of a rejects packets to port 30080 (default/web:http has no endpoints): 14 packets within 3.1 s, while this machine tried 3 connections',
    ])
  })

  test('is shown once a reading, and not again with each symptom', () => {
    const world = read(foundDark(), [NO_LOCAL])
    const said = world.changes('incident.updated').length
    see(world, { ...DROPPED, lan: 'unreachable' })
    see(world, DROPPED)
    expect(world.changes('incident.updated')).toHaveLength(said)
    world.pass(31_000)
    read(world, [{ ...NO_LOCAL, packets: 7 }])
    expect(world.changes('incident.updated')).toHaveLength(said + 1)
    expect(textsOf(world)[0]).toMatch(/: 7 packets within/)
  })

  test('is gone from the way once the port answers', () => {
    const world = read(foundDark(), [NO_LOCAL])
    world.set(service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.7' }))
    see(world, ALL_OK)
    expect(kubeProxyHop(world)).toMatchObject({ state: 'green', text: expect.not.stringContaining('KUBE-') })
  })
})

test('a node in which kube-proxy writes nothing says so', () => {
  expect(textsOf(read(foundDark(), [], { mode: null }))).toEqual(['kube-proxy has written no rules in a'])
})

describe('rules that lead to where the pods were', () => {
  /** The pod moved from b to c, the node on the way did not follow, and had the time to. */
  function left(): World {
    const world = scene({ on: 'b' })
    world.set(service({ externalTrafficPolicy: 'Cluster', clusterIP: '10.96.0.7', families: ['IPv4'] }))
    answered(world)
    const second = pod('web-2', 'c')
    world.set(second, slice([second]))
    world.remove(pod('web-1', 'b'))
    for (let n = 0; n < 6; n++) see(world, DROPPED)
    return world
  }

  test('make kube_proxy_stale of what only looks like a broken path', () => {
    const world = left()
    expect(verdictOf(world)?.cause).not.toBe('kube_proxy_stale')
    read(world, [forward('10.244.9.9')])
    expect(verdictOf(world)).toEqual({ cause: 'kube_proxy_stale', confidence: 'proven', candidates: [] })
    expect(textsOf(world)).toEqual([
      'a rule in KUBE-NODEPORTS of a forwards packets to port 30080 to 10.244.9.9:8080, no endpoint of Service default/web (default/web:http): 3 connections within 3.1 s, while this machine tried 3 connections',
      'none of the rules that were read (iptables) drops or rejects packets to port 30080 of a',
    ])
    expect(kubeProxyHop(world)).toMatchObject({ state: 'red' })
  })

  test.each<[string, PortRule[], Partial<RuleReading>]>([
    ['lead to a pod that is there', [forward(pod('web-2', 'c').addresses[0] ?? '')], {}],
    ['were read before the node had the time to follow', [forward('10.244.9.9')], { from: 0 }],
    ['are not all that there are', [], { unread: ['nft failed in a: not permitted'] }],
    ['are of no kube-proxy', [], { mode: null }],
    ['are of the family in which the Service is not served', [], { family: 'IPv6' }],
  ])('do not where they %s', (_, rules, more) => {
    expect(verdictOf(read(left(), rules, more))?.cause).not.toBe('kube_proxy_stale')
  })

  test('do not where the node takes itself for another one, and knows of no endpoint of its own', () => {
    const world = answered(scene({ on: 'a', policy: 'Local' }))
    for (let n = 0; n < 6; n++) see(world, DROPPED)
    read(world, [NO_LOCAL])
    see(world, DROPPED)
    expect(verdictOf(world)?.cause).not.toBe('kube_proxy_stale')
    expect(textsOf(world)).toHaveLength(1)
  })

  test('are no longer thought of where they lead to the current pods', () => {
    const couldBe = (world: World) => [verdictOf(world)?.cause, ...(verdictOf(world)?.candidates ?? [])]
    const world = left()
    expect(couldBe(world)).toContain('kube_proxy_stale')
    read(world, [forward(pod('web-2', 'c').addresses[0] ?? '')])
    see(world, DROPPED)
    expect(couldBe(world)).not.toContain('kube_proxy_stale')
    const ruledOut = explainTarget(world.state, PORT, world.now)?.ruledOut
    expect(ruledOut).toContainEqual({
      cause: 'kube_proxy_stale',
      because: 'the rules of a lead to the current pods',
    })
  })

  test('prove nothing where they count nothing', () => {
    const world = read(left(), [{ ...forward('10.244.9.9'), packets: null }], { mode: 'nftables' })
    expect(verdictOf(world)).toMatchObject({
      cause: 'kube_proxy_stale',
      confidence: expect.not.stringMatching('proven'),
    })
  })

  test('make it of a port for which there is no rule at all', () => {
    const world = read(left(), [])
    expect(verdictOf(world)).toMatchObject({
      cause: 'kube_proxy_stale',
      confidence: expect.not.stringMatching('proven'),
    })
    expect(textsOf(world)).toEqual(['kube-proxy has written no rule for port 30080 of a (iptables)'])
  })
})

describe('a rule that is not kube-proxy’s', () => {
  const FOREIGN: PortRule = { ...NO_LOCAL, chain: 'FORWARD', reason: 'other', service: '' }
  /** It was answered by the pod that is on the mapped node still. */
  const went = () => see(answered(scene({ on: 'a' })), DROPPED)

  test('that drops our packets to the port is the cause, and its counter proves it', () => {
    const world = read(went(), [FOREIGN, forward('10.244.1.10')])
    expect(verdictOf(world)).toEqual({ cause: 'host_side', confidence: 'proven', candidates: [] })
    const [incident] = openIncidents(world.state)
    expect(incident?.summary).toBe("A rule in FORWARD of a that is not kube-proxy's drops packets to port 30080.")
  })

  test.each<[string, PortRule, Partial<RuleReading>]>([
    ['counted fewer packets than we sent', { ...FOREIGN, packets: 2 }, {}],
    ['counts nothing', { ...FOREIGN, packets: null }, {}],
    ['counted while we sent none', FOREIGN, { probes: 0 }],
  ])('that %s proves nothing', (_, rule, more) => {
    const world = read(went(), [rule, forward('10.244.1.10')], more)
    expect(verdictOf(world)?.confidence).not.toBe('proven')
  })
})

describe('a table of connections', () => {
  const full = { connections: { count: 65_536, most: 65_536 } }

  test('that is full is the cause of a port whose packets are dropped', () => {
    const world = read(see(answered(scene({ on: 'a' })), DROPPED), [forward('10.244.1.10')], full)
    expect(verdictOf(world)).toEqual({ cause: 'connections_full', confidence: 'proven', candidates: [] })
    expect(textsOf(world)).toContain('the connection table of a is full (65536 of 65536)')
  })

  test('that is full is no cause of a port that refuses', () => {
    const world = read(see(answered(scene({ on: 'a' })), REJECTED), [forward('10.244.1.10')], full)
    expect(verdictOf(world)?.cause).not.toBe('connections_full')
  })

  test('that has room is none', () => {
    const world = read(see(answered(scene({ on: 'a' })), DROPPED), [forward('10.244.1.10')], {
      connections: { count: 65_535, most: 65_536 },
    })
    expect(verdictOf(world)?.cause).not.toBe('connections_full')
  })

  test('that is full is evidence beside a cause that the objects say', () => {
    const world = read(foundDark(), [NO_LOCAL], full)
    expect(verdictOf(world)).toEqual({ cause: 'etp_local', confidence: 'proven', candidates: [] })
    expect(textsOf(world)).toContain('the connection table of a is full (65536 of 65536)')
  })
})
