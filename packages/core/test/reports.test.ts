import { describe, expect, test } from '@jest/globals'
import { type Cause, type NetworkPolicySnapshot, readTargets } from '../src/index.ts'
import {
  container,
  deployment,
  mapped,
  node,
  overUdp,
  placement,
  pod,
  replicaSet,
  service,
  slice,
  START,
  withHostPort,
} from './builders.ts'
import { answered, PORT, podSeen, scene, see, verdictOf } from './diagnosis/scene.ts'
import { ALL_OK, createKnownWorld, DOCKER, DROPPED, fourNodes, REJECTED, type World } from './world.ts'

const REFUSED = { loopback4: 'refused', lan: 'refused', 'node-address': 'ok' } as const
const ALL_404 = { loopback4: 'http_status', lan: 'http_status', 'node-address': 'http_status' } as const
const TRUNCATED = { loopback4: 'truncated', lan: 'truncated', 'node-address': 'truncated' } as const
const others = () => [container('cp'), container('b'), container('c')]

/** A pod with host port 30080 on a node that is not mapped. */
function hostPortElsewhere(): World {
  const shape = withHostPort(30080)
  const only = pod('web-1', 'b', { placement: shape })
  return createKnownWorld([deployment({ template: shape }), replicaSet('1', { template: shape }), only])
}

/** Pods keep off the mapped node, which has a taint. */
function excluded(): World {
  const taints = [{ key: 'dedicated', value: 'ingress', effect: 'NoSchedule' as const }]
  const shape = withHostPort(30080)
  const only = pod('web-1', 'b', { placement: shape })
  return createKnownWorld([
    deployment({ template: shape }),
    replicaSet('1', { template: shape }),
    only,
    node('a', { taints }),
  ])
}

/** The node that the selector asks for has not got the label. */
function labelMissing(): World {
  const shape = placement({ nodeSelector: { ingress: 'yes' } })
  const message = "0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector."
  const unschedulable = { status: 'False' as const, reason: 'Unschedulable', message, since: START - 60_000 }
  const only = pod('web-1', null, { placement: shape, unschedulable })
  return createKnownWorld([
    deployment({ template: shape }),
    replicaSet('1', { template: shape }),
    service(),
    only,
    slice([]),
  ])
}

/** The mapping leads to the Service's own port. */
function servicePortMapped(): World {
  const only = pod('web-1', 'a')
  const ports = service().ports.map((port) => ({ ...port, port: 30080, nodePort: 32010 }))
  return createKnownWorld([deployment(), replicaSet(), service({ ports }), only, slice([only])])
}

function withoutSelector(): World {
  return createKnownWorld([service({ selector: {} })])
}

/** The engine brings the node up without its ports. */
function portsLost(): World {
  const world = answered(scene({ on: 'a' }))
  const [cp, , b, c] = fourNodes({})
  world.containers(cp, mapped('a', { 30080: 30080 }, { bindings: [] }), b, c)
  return world
}

/** Another node has the host port already, so that this one could not be started. */
function portHeld(): World {
  const world = scene({ on: 'a' })
  const error =
    'driver failed programming external connectivity: Bind for 0.0.0.0:30080 failed: port is already allocated'
  const [cp, , b, c] = fourNodes({})
  const state = { state: 'created' as const, bindings: [], addresses: [], error }
  world.containers(cp, mapped('a', { 30080: 30080 }, state), b, c)
  return world
}

function isolated(): World {
  const policy: NetworkPolicySnapshot = {
    kind: 'NetworkPolicy',
    namespace: 'default',
    name: 'isolate',
    uid: 'policy-1',
    resourceVersion: '1',
    createdAt: START - 60_000,
    pods: { matchLabels: {}, matchExpressions: [] },
    ingress: [],
  }
  return scene({ on: 'b', more: [policy] })
}

function overDns(): World {
  const only = pod('dns-1', 'a')
  const ports = service().ports.map((port) => ({ ...port, protocol: 'UDP' as const, name: 'dns' }))
  const slices = slice([only], { ports: [{ name: 'dns', port: 8080, protocol: 'UDP' }] })
  const world = createKnownWorld([service({ externalTrafficPolicy: 'Cluster', ports }), only, slices])
  world.containers(overUdp(mapped('a', { 30080: 30080 })), ...others())
  return world
}

function onDesktop(): World {
  const world = scene({ on: 'a' })
  world.tell({ kind: 'engine', status: 'connected', engine: { ...DOCKER, desktop: true } })
  return world
}

/** Two ports of one node, of which one answers at the LAN address of the host. */
function lanAtOnePort(): World {
  const only = pod('web-1', 'a')
  const [port] = service().ports
  const other = service({ name: 'door', uid: 'door', ports: port === undefined ? [] : [{ ...port, nodePort: 30081 }] })
  const world = createKnownWorld([deployment(), replicaSet(), service(), other, only, slice([only])], {
    30080: 30080,
    30081: 30081,
  })
  world.pass(1000)
  world.probe('host:30081', ALL_OK)
  return see(world, { loopback4: 'ok', lan: 'connect_timeout', 'node-address': 'ok' })
}

function mappedControlPlane(): World {
  const world = scene({ on: 'b' })
  world.containers(mapped('cp', { 30080: 30080 }), container('a'), container('b'), container('c'))
  return world
}

describe('a fault that somebody reported is named, alone or among the candidates', () => {
  test.each<[string, World, Cause[]]>([
    ['policy Local, the pod on another node', see(scene({ on: 'b', policy: 'Local' }), DROPPED), ['etp_local']],
    ['a host port that only one of three workers passes on', see(hostPortElsewhere(), REJECTED), ['hostport_off']],
    ['a DaemonSet that keeps off the mapped node', see(excluded(), REJECTED), ['mapped_node_excluded', 'hostport_off']],
    ['a node label that was patched into the wrong kind', see(labelMissing(), REJECTED), ['pod_pending']],
    ["the Service's own port mapped instead of its nodePort", see(servicePortMapped(), REJECTED), ['port_mismatch']],
    ['the same host port on two nodes', see(portHeld(), { loopback4: 'refused', lan: 'refused' }), ['port_taken']],
    [
      "a desktop engine's forwarder that listens nowhere",
      see(onDesktop(), { loopback4: 'refused', lan: 'refused', 'node-address': 'connect_timeout' }),
      ['proxy_dead'],
    ],
    [
      "the host's LAN address, which answered before",
      see(answered(scene({ on: 'a' })), { loopback4: 'ok', lan: 'connect_timeout', 'node-address': 'ok' }),
      ['host_firewall'],
    ],
    ["the host's LAN address, at which another port answers", lanAtOnePort(), ['host_firewall']],
    ['a Service without a selector', see(withoutSelector(), REJECTED), ['no_endpoints']],
    ['published ports that are gone after the engine restarted', see(portsLost(), REFUSED), ['bindings_lost']],
    [
      'a firewall that forwards nothing between the nodes',
      see(answered(scene({ on: 'b' })), DROPPED, { witnesses: { 'node:b:30080': 'ok' } }),
      ['cross_node'],
    ],
    ['a namespace that is isolated by a policy', see(isolated(), DROPPED), ['network_policy']],
    [
      'an application that listens on its loopback',
      see(scene({ on: 'a', agents: true }), REJECTED, { inside: podSeen('refused') }),
      ['app_loopback'],
    ],
    [
      'kube-proxy with another node name: policy Local drops on the very node of the pod',
      see(scene({ on: 'a', policy: 'Local', agents: true }), DROPPED, { inside: podSeen('ok') }),
      ['node_name_mismatch'],
    ],
  ])('%s', (_, world, right) => {
    const { cause, confidence, candidates } = verdictOf(world) ?? { cause: 'nothing', confidence: '', candidates: [] }
    expect(right.some((one) => [cause, ...candidates].includes(one))).toBe(true)
    if (!right.includes(cause as Cause)) expect(['ambiguous', 'unproven']).toContain(confidence)
  })
})

describe('a fault that somebody reported, and that leaves the port answering, is told beside it', () => {
  const once = (
    world: World,
    seen: Parameters<World['probe']>[1],
    more?: Parameters<World['probe']>[2],
    target = PORT,
  ) => {
    world.pass(1000)
    world.probe(target, seen, more)
    return world
  }
  test.each<[string, World, RegExp]>([
    [
      'short answers pass, long ones stall between the nodes',
      see(scene({ on: 'b', agents: true }), TRUNCATED, { inside: podSeen('truncated', { b: 'ok' }) }),
      /\(mtu\)/,
    ],
    ['a UDP client that keeps its old flow', once(overDns(), ALL_OK, { kept: 'silent' }, `${PORT}/udp`), /stale_flow/],
    [
      'an ingress without a class, for the host that the Service names',
      once(scene({ on: 'a', more: [service({ annotations: { 'portolan.dev/host': 'shop.example' } })] }), ALL_OK, {
        status: 404,
      }),
      /route_missing/,
    ],
    [
      'a mapping that leads to a proxy that somebody else installed',
      once(scene({ on: 'a' }), ALL_404, { status: 404 }),
      /route_missing/,
    ],
  ])('%s', (_, world, text) => {
    expect(verdictOf(world)).toBeNull()
    expect(readTargets(world.state)[0]?.degraded).toMatch(text)
  })
})

describe('what somebody took for a fault is none', () => {
  test.each<[string, World]>([
    [
      'the address of a node inside the VM of a desktop engine',
      see(onDesktop(), { ...ALL_OK, 'node-address': 'connect_timeout' }),
    ],
    [
      "the host's own LAN address, at which no port has ever answered this host",
      see(scene({ on: 'a' }), { loopback4: 'ok', lan: 'refused', 'node-address': 'connect_timeout' }),
    ],
    [
      'the same behind a desktop engine, where it times out',
      see(onDesktop(), { loopback4: 'ok', lan: 'connect_timeout', 'node-address': 'connect_timeout' }),
    ],
    ['::1 refused under a binding of IPv4', see(scene({ on: 'a' }), { ...ALL_OK, loopback6: 'refused' })],
    ['policy Cluster with the tainted control plane mapped', see(mappedControlPlane(), ALL_OK)],
  ])('%s', (_, world) => {
    expect(world.changes('incident.opened')).toEqual([])
  })
})
