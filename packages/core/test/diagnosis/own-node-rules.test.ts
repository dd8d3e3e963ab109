import { describe, expect, test } from '@jest/globals'
import { type Cause, explainTarget, type ObjectSnapshot, type Symptom } from '../../src/index.ts'
import { deployment, placement, pod, replicaSet, service, slice, START, withHostPort } from '../builders.ts'
import { ALL_OK, DOCKER, createKnownWorld, DROPPED, REJECTED, type World } from '../world.ts'

const PORT = 'host:30080'
const LONG_AGO = START - 600_000

type Seen = Parameters<World['probe']>[1]

/** The mapped node takes the connection and the pod says nothing, as while an application hangs. */
const HANGING: Seen = { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' }
/** The application takes the connection and ends it. */
const ENDED: Seen = { loopback4: 'closed', lan: 'reset', 'node-address': 'reset' }
const TLS: Seen = { loopback4: 'tls_error', lan: 'tls_error', 'node-address': 'tls_error' }

interface Scene {
  on?: string
  policy?: 'Local' | 'Cluster'
  template?: ReturnType<typeof placement>
  /** Behind a Service, or by its host port. */
  by?: 'service' | 'host port'
  readySince?: number
  targetPort?: string
}

function scene({
  on = 'a',
  policy = 'Local',
  template,
  by = 'service',
  readySince = LONG_AGO,
  targetPort,
}: Scene): World {
  const shape = template ?? (by === 'service' ? placement() : withHostPort(30080))
  const only = pod('web-1', on, { placement: shape, readySince })
  const ports = service().ports.map((port) => ({ ...port, targetPort: targetPort ?? port.targetPort }))
  const behind: ObjectSnapshot[] =
    by === 'service' ? [service({ externalTrafficPolicy: policy, ports }), slice([only])] : []
  return createKnownWorld([deployment({ template: shape }), replicaSet('1', { template: shape }), only, ...behind])
}

/** Twice, a second apart: the other nodes' own words first. */
function see(world: World, seen: Seen, witnesses: Record<string, Symptom> = {}): World {
  for (let n = 0; n < 2; n++) {
    world.pass(1000)
    for (const [target, symptom] of Object.entries(witnesses)) world.probe(target, { 'node-address': symptom })
    world.probe(PORT, seen)
  }
  return world
}

/** A node address of this engine has answered, so that vantage decides. */
function trusted(world: World): World {
  world.probe('node:b:30080', { 'node-address': 'refused' })
  world.probe(PORT, { 'node-address': 'refused' }, { startedAt: world.now - 500 })
  return world
}

const verdict = (world: World) => {
  const { cause, confidence, candidates } = world.incident() ?? {}
  return { cause, confidence, candidates }
}

describe('what a pod shows at its own node', () => {
  test.each<[string, World, Cause, string, Cause[]]>([
    [
      'refused, on a port that the pod declares: the application listens on its loopback, or elsewhere',
      see(scene({}), REJECTED),
      'app_loopback',
      'ambiguous',
      ['target_port_wrong', 'kube_proxy_stale'],
    ],
    [
      'refused, on a port that the pod does not declare',
      see(scene({ targetPort: '9999' }), REJECTED),
      'target_port_wrong',
      'ambiguous',
      ['app_loopback', 'kube_proxy_stale'],
    ],
    [
      'refused at another node, which the mapped one forwards to',
      see(scene({ on: 'b', policy: 'Cluster' }), REJECTED, { 'node:b:30080': 'refused' }),
      'app_loopback',
      'ambiguous',
      ['target_port_wrong', 'kube_proxy_stale'],
    ],
    [
      'refused, by a host port',
      see(scene({ by: 'host port' }), REJECTED),
      'hostport_unsupported',
      'ambiguous',
      ['app_loopback', 'target_port_wrong'],
    ],
    [
      'refused, on the network of the node',
      see(
        scene({
          by: 'host port',
          template: placement({
            hostNetwork: true,
            ports: [{ name: 'http', containerPort: 30080, hostPort: 0, hostIP: '', protocol: 'TCP' }],
          }),
        }),
        REJECTED,
      ),
      'app_loopback',
      'ambiguous',
      ['target_port_wrong'],
    ],
    [
      'taken and ended without a byte',
      see(trusted(scene({})), ENDED),
      'protocol_mismatch',
      'ambiguous',
      ['route_missing'],
    ],
    ['a TLS handshake that fails', see(trusted(scene({})), TLS), 'protocol_mismatch', 'likely', []],
    [
      'dropped under policy Local, with the endpoint on that very node',
      see(trusted(scene({})), DROPPED),
      'node_name_mismatch',
      'ambiguous',
      ['kube_proxy_stale', 'network_policy', 'app_slow'],
    ],
    [
      'taken and never answered, by what never answered before',
      see(trusted(scene({})), HANGING, {}),
      'app_slow',
      'ambiguous',
      ['protocol_mismatch'],
    ],
    ['taken and not answered any more', see(see(scene({}), ALL_OK), HANGING), 'app_slow', 'likely', []],
    [
      'not even taken any more: its queue may be full, or something drops it',
      see(see(scene({ policy: 'Cluster' }), ALL_OK), DROPPED),
      'app_slow',
      'ambiguous',
      ['network_policy'],
    ],
    [
      'silent at the other node that holds it, too',
      see(see(scene({ on: 'b', policy: 'Cluster' }), ALL_OK, { 'node:b:30080': 'ok' }), DROPPED, {
        'node:b:30080': 'silent',
      }),
      'app_slow',
      'likely',
      [],
    ],
  ])('%s', (_, world, cause, confidence, candidates) => {
    expect(verdict(world)).toEqual({ cause, confidence, candidates })
    const ruledOut = explainTarget(world.state, PORT, world.now)?.ruledOut ?? []
    expect(ruledOut.map((one) => one.because)).not.toContain('')
  })

  test('silent to other words than before: the application need not be slow', () => {
    const world = see(trusted(scene({})), ALL_OK)
    const annotations = { 'portolan.dev/probe': 'https' }
    world.set(service({ externalTrafficPolicy: 'Local', annotations }))
    see(world, HANGING)
    expect(verdict(world)).toEqual({ cause: 'protocol_mismatch', confidence: 'likely', candidates: [] })
  })

  test('a hurried probe of a confirmation does not take back what longer ones have shown', () => {
    const world = see(see(scene({}), ALL_OK), HANGING)
    world.pass(2000)
    world.probe(PORT, HANGING, { burst: true, timeoutMs: 200 })
    expect(world.changes('incident.updated').map((one) => one.incident.cause)).not.toContain('unproven')
  })

  test('a frozen application stays app_slow when its queue is full', () => {
    const world = see(see(scene({}), ALL_OK), HANGING)
    see(world, DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'app_slow', confidence: 'likely' })
    expect(world.changes('incident.updated').map((one) => one.incident.cause)).not.toContain('unproven')
  })
})

/** The other node, which holds the pod, is silent once, or as often as the deadline is short. */
function witnessed(times: number, more: Parameters<World['probe']>[2]): World {
  const world = see(scene({ on: 'b', policy: 'Cluster' }), ALL_OK, { 'node:b:30080': 'ok' })
  world.pass(1000)
  for (let n = 0; n < times; n++) {
    world.probe('node:b:30080', { 'node-address': 'silent' }, { startedAt: world.now + n, ...more })
  }
  return see(world, DROPPED)
}

/** The pod is on another node, the port has answered, and no node address ever has. */
function behindVm(): World {
  const world = scene({ on: 'b', policy: 'Cluster' })
  return see(world, { ...ALL_OK, 'node-address': 'connect_timeout' }, { 'node:b:30080': 'connect_timeout' })
}

describe('what is not said', () => {
  test('that the application is slow, of one witness that was silent once or in a hurry', () => {
    expect(witnessed(1, {}).incident()).toMatchObject({ cause: 'unproven' })
    expect(witnessed(3, { burst: true, timeoutMs: 200 }).incident()).toMatchObject({ cause: 'unproven' })
    expect(witnessed(2, {}).incident()).toMatchObject({ cause: 'app_slow' })
  })

  test.each<[string, World]>([
    ['that nobody listens, of a pod that has just become ready', see(scene({ readySince: START - 5000 }), REJECTED)],
    ['that nobody listens, of what answered before', see(see(scene({}), ALL_OK), REJECTED)],
    ['that the protocol is wrong, of what answered before', see(see(scene({}), ALL_OK), ENDED)],
    [
      'anything of the own node, where no node address has ever answered',
      see(scene({}), { loopback4: 'silent', lan: 'connect_timeout', 'node-address': 'connect_timeout' }),
    ],
    [
      'that the application is slow, of a witness at an address that may be inside a virtual machine',
      see(behindVm(), { ...DROPPED, lan: 'silent' }, { 'node:b:30080': 'connect_timeout' }),
    ],
    [
      'the same of connections that are closed',
      see(behindVm(), { ...DROPPED, loopback4: 'closed', lan: 'closed' }, { 'node:b:30080': 'unreachable' }),
    ],
  ])('%s', (_, world) => {
    expect(world.incident()).toMatchObject({ cause: 'unproven' })
  })
})

describe('the proxy of the engine', () => {
  test('loopback refused while the LAN address answers is proxy_dead', () => {
    const world = see(see(scene({}), ALL_OK), { loopback4: 'refused', lan: 'ok', 'node-address': 'ok' })
    expect(verdict(world)).toEqual({ cause: 'proxy_dead', confidence: 'likely', candidates: [] })
    expect(world.incident()?.remedies[0]?.command).toBe('docker restart a')
  })

  const HANGING = { loopback4: 'silent', lan: 'silent', 'node-address': 'ok' } as const

  test("Podman's rules that were flushed leave connections at the host port unanswered while the node answers", () => {
    const world = scene({})
    world.tell({ kind: 'engine', status: 'connected', engine: { ...DOCKER, kind: 'podman' } })
    see(see(world, ALL_OK), HANGING)
    expect(verdict(world)).toEqual({ cause: 'proxy_dead', confidence: 'likely', candidates: [] })
    expect(world.incident()?.remedies[0]?.command).toBe('podman network reload a')
  })

  test('with Docker they are no sign of its proxy: that one would refuse', () => {
    expect(see(see(scene({}), ALL_OK), HANGING).incident()?.cause).not.toBe('proxy_dead')
  })

  test('the same while the engine does not answer is not: it may have lost the binding', () => {
    const world = see(scene({}), ALL_OK)
    world.tell({ kind: 'engine', status: 'lost', reason: 'connect ECONNREFUSED' })
    see(world, { loopback4: 'refused', lan: 'ok', 'node-address': 'ok' })
    expect(world.incident()).toMatchObject({ cause: 'unproven' })
  })

  test('loopback and LAN refused while the node answers is not', () => {
    const world = see(see(scene({}), ALL_OK), { loopback4: 'refused', lan: 'refused', 'node-address': 'ok' })
    expect(world.incident()).toMatchObject({ cause: 'unproven', candidates: ['proxy_dead'] })
  })
})

describe('a rollout that surges', () => {
  const template = withHostPort(30080)
  const unschedulable = (message: string) => ({
    status: 'False' as const,
    reason: 'Unschedulable',
    message,
    since: START,
  })
  const [running] = pod('web-1', 'a').containers
  const ill =
    running === undefined ? [] : [{ ...running, state: 'waiting' as const, reason: 'CrashLoopBackOff', ready: false }]

  function rollingOut(message: string, surge: number): World {
    const rollout = { surge, unavailable: 0 }
    const old = pod('web-1', 'a', { placement: template, ready: false, containers: ill })
    const waiting = pod('web-2', null, {
      placement: template,
      owner: { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' },
      unschedulable: unschedulable(message),
    })
    const sets = [replicaSet('1', { template }), replicaSet('2', { template })]
    return see(createKnownWorld([deployment({ template, rollout }), ...sets, old, waiting]), REJECTED)
  }

  test('waits for the port of its own old pod, which is ill: surge_conflict, proven, with both ways out', () => {
    const world = rollingOut(
      "0/4 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
      1,
    )
    expect(verdict(world)).toEqual({ cause: 'surge_conflict', confidence: 'proven', candidates: [] })
    expect(world.incident()?.remedies.map((remedy) => remedy.command)).toEqual([
      `kubectl --context=kind-kind --namespace=default patch deployment/web --patch='{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'`,
      'kubectl --context=kind-kind --namespace=default delete pod/web-1',
    ])
  })

  test.each<[string, string, number]>([
    ['the scheduler misses something else', '0/4 nodes are available: 3 Insufficient cpu.', 1],
    ['it does not surge', "0/4 nodes are available: 3 node(s) didn't have free ports.", 0],
  ])('is pod_pending where %s', (_, message, surge) => {
    expect(rollingOut(message, surge).incident()).toMatchObject({ cause: 'pod_pending' })
  })
})
