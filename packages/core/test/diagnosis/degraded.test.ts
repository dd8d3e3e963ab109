import { describe, expect, test } from '@jest/globals'
import { type Outcome, readTargets, type Symptom } from '../../src/index.ts'
import { container, mapped, overUdp, pod, service, slice } from '../builders.ts'
import { ALL_OK, createKnownWorld, type World } from '../world.ts'
import { answered, podSeen, PORT, scene, see } from './scene.ts'

const degraded = (world: World) => readTargets(world.state)[0]?.degraded
const all = (symptom: Symptom) => ({ loopback4: symptom, lan: symptom, 'node-address': symptom })

/** A Service with these annotations, whose port shows this. */
function showing(symptom: Symptom, more: Partial<Outcome>, annotations: Record<string, string> = {}): World {
  const only = pod('web-1', 'a')
  const world = createKnownWorld([service({ externalTrafficPolicy: 'Cluster', annotations }), only, slice([only])])
  world.pass(1000)
  world.probe(PORT, all(symptom), more)
  return world
}

describe('a port that answers, and not as it should', () => {
  const HOST = { 'portolan.dev/host': 'shop.example' }
  test.each<[string, World, RegExp | null]>([
    [
      'with 503: a proxy without a backend',
      showing('http_status', { status: 503 }),
      /status 503, as a proxy.*route_missing/,
    ],
    ['with 502', showing('http_status', { status: 502 }), /route_missing/],
    ['with 500: the application itself', showing('http_status', { status: 500 }), /^answers with HTTP status 500$/],
    [
      'with 404 for a host that the Service names',
      showing('ok', { status: 404 }, HOST),
      /404 for shop\.example.*route_missing/,
    ],
    ['with 404, where nobody says what to ask for: any ingress controller does', showing('ok', { status: 404 }), null],
    [
      'with 404, where that is expected',
      showing('ok', { status: 404 }, { ...HOST, 'portolan.dev/expect-status': '404' }),
      null,
    ],
    ['with 200', showing('ok', { status: 200 }, HOST), null],
    ['with an answer that breaks off', showing('truncated', {}), /the application ends them, or .*\(mtu\)/],
  ])('%s', (_, world, text) => {
    expect(world.incident()).toBeUndefined()
    if (text === null) expect(degraded(world)).toBeNull()
    else expect(degraded(world)).toMatch(text)
  })

  test('its answers break off, and not at the node of the pod', () => {
    const world = see(scene({ on: 'b', agents: true }), all('truncated'), { inside: podSeen('truncated', { b: 'ok' }) })
    expect(degraded(world)).toMatch(/at the pods' own node they do not: .*\(mtu\)/)
  })

  test('its answers break off, and not at the node of the pod, as the host itself sees', () => {
    const witnesses = { 'node:b:30080': 'ok' } as const
    const world = see(answered(scene({ on: 'b' })), all('truncated'), { witnesses })
    expect(degraded(world)).toMatch(/at the pods' own node they do not: .*\(mtu\)/)
  })

  test('its answers break off at the node of the pod as well: nothing is said of the way', () => {
    const world = see(scene({ on: 'b', agents: true }), all('truncated'), { inside: podSeen('truncated') })
    expect(degraded(world)).toMatch(/the application ends them, or/)
  })

  test('somebody else answers while the node is stopped, but not in the moment of its stop', () => {
    const world = see(scene({ on: 'a' }), ALL_OK)
    const stopped = mapped('a', { 30080: 30080 }, { state: 'exited', addresses: [], bindings: [] })
    stopped.wished = mapped('a', { 30080: 30080 }).bindings
    world.containers(container('cp'), stopped, container('b'), container('c'))
    world.probe(PORT, { loopback4: 'ok', lan: 'ok' })
    expect(degraded(world)).toBeNull()
    world.pass(6000)
    world.probe(PORT, { loopback4: 'ok', lan: 'ok' })
    expect(degraded(world)).toMatch(/another program.*a is exited.*port_taken/)
  })
})

describe('over UDP', () => {
  const udp = (kept: Partial<Outcome>) => {
    const only = pod('dns-1', 'a')
    const ports = service().ports.map((port) => ({ ...port, protocol: 'UDP' as const, name: 'dns' }))
    const slices = slice([only], { ports: [{ name: 'dns', port: 8080, protocol: 'UDP' }] })
    const world = createKnownWorld([service({ externalTrafficPolicy: 'Cluster', ports }), only, slices])
    world.containers(container('cp'), overUdp(mapped('a', { 30080: 30080 })), container('b'), container('c'))
    world.probe(`${PORT}/udp`, all('ok'), kept)
    return world
  }
  test.each<[string, World, RegExp | null]>([
    ['a kept flow that is answered no more is stale', udp({ kept: 'silent' }), /stale_flow/],
    ['one that is answered is well', udp({ kept: 'ok' }), null],
    ['one that never was tells nothing', udp({}), null],
  ])('%s', (_, world, text) => {
    if (text === null) expect(degraded(world)).toBeNull()
    else expect(degraded(world)).toMatch(text)
    expect(world.incident()).toBeUndefined()
  })
})

describe('a host port that the engine chose', () => {
  const chosen = (hostPort: number) => ({
    ...mapped('a', { [hostPort]: 30080 }),
    wished: [{ listenAddress: '0.0.0.0', hostPort: 0, containerPort: 30080, protocol: 'tcp' as const }],
  })
  const others = () => [container('cp'), container('b'), container('c')]
  const note = (world: World) => readTargets(world.state)[0]?.note

  test('is told with the one of before, once a restart changed it', () => {
    const world = createKnownWorld([])
    world.containers(chosen(49153), ...others())
    expect(note(world)).toBeNull()
    world.containers({ ...chosen(49153), state: 'exited', bindings: [] }, ...others())
    world.containers(chosen(49160), ...others())
    expect(note(world)).toMatch(/chose host port 49160 .* before that it was 49153.*hostport_random/)
  })

  test('is nothing to tell where it came back, or was asked for', () => {
    const world = createKnownWorld([])
    world.containers(chosen(49153), ...others())
    world.containers({ ...chosen(49153), state: 'exited', bindings: [] }, ...others())
    world.containers(chosen(49153), ...others())
    expect(note(world)).toBeNull()
    world.containers(mapped('a', { 30080: 30080 }), ...others())
    expect(note(world)).toBeNull()
  })
})
