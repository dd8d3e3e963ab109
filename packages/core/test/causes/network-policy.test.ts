import { expect, test } from '@jest/globals'
import { type Cause, type NetworkPolicySnapshot, type ObjectSnapshot } from '../../src/index.ts'
import { deployment, placement, pod, replicaSet, slice, START, withHostPort } from '../builders.ts'
import { ALL_OK, createKnownWorld, DROPPED, REJECTED, type World } from '../world.ts'
import { answered, PORT, podSeen, scene, see, SERVICE, verdictOf } from '../diagnosis/scene.ts'

const policy = (more: Partial<NetworkPolicySnapshot> = {}): NetworkPolicySnapshot => ({
  kind: 'NetworkPolicy',
  namespace: 'default',
  name: 'isolate',
  uid: 'policy-isolate',
  resourceVersion: '1',
  createdAt: START - 3_600_000,
  pods: { matchLabels: { app: 'web' }, matchExpressions: [] },
  ingress: [{ outsiders: false, ports: [] }],
  ...more,
})
const network = (name: string): ObjectSnapshot =>
  deployment({
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name,
    uid: name,
    template: { ...deployment().template, labels: {} },
  })
const kindnet = network('kindnet')

const LONG_THERE = '2'

/** It answers, the policy comes, and it does not any more. */
function comes(world: World, one: NetworkPolicySnapshot, as: Parameters<typeof see>[1] = DROPPED): World {
  answered(world)
  world.pass(1000)
  world.set({ ...one, createdAt: one.resourceVersion === LONG_THERE ? one.createdAt : world.now })
  return see(see(world, as), as)
}

const isolated = { ...podSeen('connect_timeout', { b: 'ok' }), [`${SERVICE}@node/a`]: 'connect_timeout' as const }

test.each<[string, World, Cause, string, Cause[]]>([
  [
    'agents see that the pod answers its own node and no other',
    see(scene({ on: 'b', agents: true, more: [policy(), kindnet] }), DROPPED, { inside: isolated }),
    'network_policy',
    'proven',
    [],
  ],
  [
    'the same in a network of which nobody knows whether it enforces policies',
    see(scene({ on: 'b', agents: true, more: [policy()] }), DROPPED, { inside: isolated }),
    'network_policy',
    'ambiguous',
    ['cross_node'],
  ],
  [
    'the port answered until the policy came',
    comes(scene({ on: 'a', more: [kindnet] }), policy()),
    'network_policy',
    'likely',
    [],
  ],
  [
    'the same in a network of which nobody knows whether it enforces policies, and which rejects',
    comes(scene({ on: 'a' }), policy(), REJECTED),
    'network_policy',
    'likely',
    [],
  ],
  [
    'the port answered until the policy, long there, selected the pods',
    comes(scene({ on: 'a', more: [policy({ pods: { matchLabels: { app: 'other' }, matchExpressions: [] } })] }), {
      ...policy(),
      resourceVersion: LONG_THERE,
    }),
    'network_policy',
    'likely',
    [],
  ],
  [
    'it never answered: what hangs or drops looks the same from here',
    see(scene({ on: 'a', more: [policy(), kindnet] }), DROPPED),
    'network_policy',
    'ambiguous',
    ['app_slow', 'kube_proxy_stale'],
  ],
  [
    'other nodes reach the pod: not the policy',
    see(scene({ on: 'b', agents: true, more: [policy(), kindnet] }), DROPPED, {
      inside: { ...podSeen('ok', { a: 'connect_timeout' }), [`${SERVICE}@node/a`]: 'connect_timeout' },
    }),
    'cross_node',
    'proven',
    [],
  ],
  [
    'the pod does not answer at its own node either: not the policy',
    see(answered(scene({ on: 'b', agents: true, more: [kindnet] })), DROPPED, {
      inside: { ...podSeen('silent'), [`${SERVICE}@node/a`]: 'silent' },
    }),
    'app_slow',
    'proven',
    [],
  ],
])('%s', (_, world, cause, confidence, candidates) => {
  expect(verdictOf(world)).toEqual({ cause, confidence, candidates })
})

test.each<[string, ObjectSnapshot[]]>([
  ['one that lets everybody in', [policy({ ingress: [{ outsiders: true, ports: ['8080'] }] }), kindnet]],
  ['one on other pods', [policy({ pods: { matchLabels: { app: 'other' }, matchExpressions: [] } }), kindnet]],
  ['one on egress alone', [policy({ ingress: null }), kindnet]],
  ['one in a network that enforces none', [policy(), network('kube-flannel-ds')]],
])('%s is not blamed', (_, more) => {
  expect(verdictOf(see(scene({ on: 'a', more }), DROPPED))?.cause).not.toBe('network_policy')
})

test('a policy that comes at a host port is blamed, though the port answered once more before it was enforced', () => {
  const claim = withHostPort(30080)
  const only = pod('web-1', 'a', { readySince: START - 600_000, placement: claim })
  const world = answered(createKnownWorld([deployment({ template: claim }), replicaSet(), only, kindnet]))
  world.pass(1000)
  world.set(policy({ createdAt: world.now }))
  world.pass(20)
  world.probe(PORT, ALL_OK)
  expect(verdictOf(see(see(world, DROPPED), DROPPED))).toEqual({
    cause: 'network_policy',
    confidence: 'likely',
    candidates: [],
  })
})

const letsIn = (cidr: string, ...except: string[]) =>
  policy({ ingress: [{ outsiders: true, blocks: [{ cidr, except }], ports: [] }] })

test.each<[string, NetworkPolicySnapshot]>([
  ['at UDP alone', policy({ ingress: [{ outsiders: true, ports: ['8080/UDP'] }] })],
  ['by addresses of which none is that of a node, though the host may have one', letsIn('192.168.0.0/16')],
  ['by all addresses but those of the nodes and the pods', letsIn('0.0.0.0/0', '172.16.0.0/12', '10.0.0.0/8')],
])('one that comes and lets clients in %s is blamed', (_, one) => {
  const world = comes(scene({ on: 'a', more: [kindnet] }), one)
  expect(verdictOf(world)).toEqual({ cause: 'network_policy', confidence: 'likely', candidates: [] })
})

test.each<[string, NetworkPolicySnapshot, 'Local' | 'Cluster']>([
  ['by the addresses of the nodes', letsIn('172.18.0.0/24'), 'Cluster'],
  ['by all addresses but one of another network', letsIn('0.0.0.0/0', '203.0.113.0/24'), 'Cluster'],
  ['by addresses that a client may keep under policy Local', letsIn('192.168.0.0/16'), 'Local'],
  ['by something that is no address', letsIn('somewhere'), 'Cluster'],
])('one that comes and lets clients in %s is not blamed', (_, one, traffic) => {
  const world = comes(scene({ on: 'a', policy: traffic, more: [kindnet] }), one)
  const verdict = verdictOf(world)
  expect(verdict?.cause).not.toBe('network_policy')
})

test('one that has just come is no rollout: nothing of the endpoints has changed', () => {
  const world = answered(scene({ on: 'a', more: [kindnet] }))
  world.pass(1000)
  world.set(policy({ createdAt: world.now }))
  for (let n = 0; n < 5; n++) {
    world.pass(400)
    world.probe(PORT, DROPPED)
    expect(['network_policy', 'unproven', undefined]).toContain(verdictOf(world)?.cause)
  }
  expect(verdictOf(world)).toEqual({ cause: 'network_policy', confidence: 'likely', candidates: [] })
})

test('one that keeps the port dark after the pod moved is not told before the rules may have followed', () => {
  const world = answered(scene({ on: 'a', more: [policy(), kindnet] }))
  const next = pod('web-2', 'b', { readySince: world.now, placement: placement() })
  world.remove(pod('web-1', 'a'))
  world.set(next, slice([next]))
  for (let n = 0; n < 2; n++) {
    world.pass(1000)
    world.probe(PORT, DROPPED)
  }
  expect(verdictOf(world)?.cause).toBe('rollout_gap')
})

test('one that the port answers in spite of is not blamed when it goes dark later', () => {
  const world = answered(scene({ on: 'a', more: [policy(), kindnet] }))
  world.probe(PORT, ALL_OK)
  expect(verdictOf(see(world, DROPPED))?.cause).not.toBe('network_policy')
})
