import { describe, expect, test } from '@jest/globals'
import { explainTarget, readTarget, readTargets, type ServiceSnapshot, type TargetState } from '../../src/index.ts'
import { deployment, node, pod, replicaSet, service, slice, withHostPort } from '../builders.ts'
import { movePod } from '../story.ts'
import { createWorld, type World } from '../world.ts'

const AT = { a: 'node:a:30080', b: 'node:b:30080', c: 'node:c:30080' } as const

/** Nodes `a`, `b` and `c` of a cluster that no engine holds, one replica on `a` behind NodePort 30080. */
function clusterByAddress(more: Partial<ServiceSnapshot> = {}): World {
  const world = createWorld()
  world.tell({ kind: 'no_engine' })
  world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: false })
  const first = pod('web-1', 'a')
  const nodes = ['a', 'b', 'c'].map((name) => node(name))
  world.list([...nodes, deployment(), replicaSet(), service(more), first, slice([first])])
  world.pass(1000)
  return world
}

function see(world: World, symptoms: Partial<Record<keyof typeof AT, 'ok' | 'connect_timeout' | 'refused'>>): void {
  for (let round = 0; round < 3; round += 1) {
    for (const [name, symptom] of Object.entries(symptoms)) {
      world.probe(AT[name as keyof typeof AT], { 'node-address': symptom })
    }
    world.pass(1000)
  }
}

const states = (world: World) =>
  Object.fromEntries(readTargets(world.state).map(({ id, state }): [string, TargetState] => [id, state]))

describe('the ports of a cluster that no engine holds', () => {
  test('are looked at on each node', () => {
    const world = clusterByAddress()
    expect(world.plans.map(({ id }) => id)).toEqual(
      expect.arrayContaining(Object.values(AT).map((target) => `${target}@host/node-address`)),
    )
    see(world, { a: 'ok', b: 'ok', c: 'ok' })
    expect(states(world)).toEqual({ [AT.a]: 'up', [AT.b]: 'up', [AT.c]: 'up' })
  })

  test('are unknown as long as no node has ever answered this host', () => {
    const world = clusterByAddress()
    see(world, { a: 'connect_timeout', b: 'connect_timeout', c: 'connect_timeout' })
    expect(states(world)).toEqual({ [AT.a]: 'unknown', [AT.b]: 'unknown', [AT.c]: 'unknown' })
    expect(world.incident()).toBeUndefined()
    expect(readTarget(world.state, AT.a)?.note).toMatch(
      /^172\.18\.0\.2 has not answered so far, and neither has any node/,
    )
  })

  test('are dark by design under policy Local where no pod is', () => {
    const world = clusterByAddress({ externalTrafficPolicy: 'Local' })
    see(world, { a: 'ok', b: 'connect_timeout', c: 'connect_timeout' })
    expect(states(world)).toEqual({ [AT.a]: 'up', [AT.b]: 'by_design', [AT.c]: 'by_design' })
    expect(world.incident()).toBeUndefined()
    expect(readTarget(world.state, AT.b)?.note).toBe(
      'Service default/web has externalTrafficPolicy Local and its only pod is on a: b drops the packets for it, by design.',
    )
  })

  test('are expected at another node as soon as the pod has moved there', () => {
    const world = clusterByAddress({ externalTrafficPolicy: 'Local' })
    see(world, { a: 'ok', b: 'connect_timeout', c: 'connect_timeout' })
    movePod(world, 'a', 'b')
    expect(readTarget(world.state, AT.a)?.expectedUp).toBe(false)
    expect(readTarget(world.state, AT.b)?.expectedUp).toBe(true)
    see(world, { a: 'connect_timeout', b: 'ok', c: 'connect_timeout' })
    expect(states(world)).toEqual({ [AT.a]: 'by_design', [AT.b]: 'up', [AT.c]: 'by_design' })
    expect(world.incident()).toBeUndefined()
  })

  test('that become expected are no outage while the rules follow, and dark only since then', () => {
    const world = clusterByAddress({ externalTrafficPolicy: 'Local' })
    see(world, { a: 'ok', b: 'ok', c: 'connect_timeout' })
    world.pass(60_000)
    see(world, { a: 'ok', b: 'connect_timeout', c: 'connect_timeout' })
    const changedAt = world.now
    world.set(service({ externalTrafficPolicy: 'Cluster' }))
    see(world, { a: 'ok', b: 'refused' })
    expect(world.changes('incident.opened')).toEqual([])
    world.pass(3000)
    see(world, { a: 'ok', b: 'connect_timeout' })
    expect(world.changes('incident.opened')).toHaveLength(1)
    expect(world.incident()?.darkSince).toBeGreaterThanOrEqual(changedAt)
  })

  test('end an outage by the move that makes it one by design', () => {
    const world = clusterByAddress({ externalTrafficPolicy: 'Local' })
    see(world, { a: 'ok', b: 'connect_timeout', c: 'connect_timeout' })
    see(world, { a: 'connect_timeout' })
    expect(world.changes('incident.opened')).toHaveLength(1)
    movePod(world, 'a', 'b')
    see(world, { a: 'connect_timeout', b: 'ok' })
    const [closed] = world.changes('incident.closed')
    expect(closed?.incident.summary).toMatch(
      /It ended because its only pod is on b: under externalTrafficPolicy Local a drops the packets for it\.$/,
    )
  })

  test('are dark at the nodes without a pod as well, once there is no pod anywhere', () => {
    const world = clusterByAddress({ externalTrafficPolicy: 'Local' })
    see(world, { a: 'ok', b: 'connect_timeout', c: 'connect_timeout' })
    world.set(deployment({ replicas: 0 }), replicaSet('1', { replicas: 0 }), slice([]))
    world.remove(pod('web-1', 'a'))
    see(world, { a: 'connect_timeout', b: 'connect_timeout', c: 'connect_timeout' })

    expect(states(world)).toEqual({ [AT.a]: 'down', [AT.b]: 'down', [AT.c]: 'down' })
    expect(world.changes('incident.opened')).toHaveLength(1)
  })

  test('are one incident where nobody is behind any of them', () => {
    const world = clusterByAddress()
    see(world, { a: 'ok', b: 'ok', c: 'ok' })
    world.set(slice([]))
    world.pass(100)
    see(world, { a: 'refused', b: 'refused', c: 'refused' })
    expect(world.changes('incident.opened')).toHaveLength(1)
    expect(states(world)).toEqual({ [AT.a]: 'down', [AT.b]: 'down', [AT.c]: 'down' })
    expect(new Set(readTargets(world.state).map(({ cause, incident }) => `${cause} ${incident}`)).size).toBe(1)
  })

  test('are explained without a host port and without an engine', () => {
    const world = clusterByAddress()
    see(world, { a: 'ok' })
    const hops = explainTarget(world.state, AT.a, world.now)?.hops ?? []
    expect(hops.map(({ name }) => name)).toEqual(['client', 'node', 'kube-proxy', 'endpoint', 'pod', 'application'])
    expect(hops[1]?.text).toBe('a at 172.18.0.2:30080 is ready')
  })

  test('are explained by the one incident, whichever of them is asked for', () => {
    const world = clusterByAddress()
    see(world, { a: 'ok', b: 'ok', c: 'ok' })
    world.set(slice([]))
    world.pass(100)
    see(world, { a: 'refused', b: 'refused', c: 'refused' })
    const said = Object.values(AT).map((target) => explainTarget(world.state, target, world.now)?.incident?.id)
    expect(said).toEqual(Array.from({ length: 3 }, () => world.incident()?.id))
  })

  test('are dark by their node where it answers at no port, long before the cluster says so', () => {
    const world = clusterByAddress({ externalTrafficPolicy: 'Cluster' })
    for (const name of ['a', 'b', 'c']) world.probe(`kube-proxy:${name}`, { 'node-address': 'ok' })
    see(world, { a: 'ok', b: 'ok', c: 'ok' })
    world.pass(10_000)
    for (let round = 0; round < 3; round += 1) {
      see(world, { a: 'connect_timeout', b: 'connect_timeout', c: 'connect_timeout' })
      world.probe('kube-proxy:a', { 'node-address': 'connect_timeout' })
    }
    see(world, { a: 'connect_timeout', b: 'connect_timeout', c: 'connect_timeout' })
    expect(world.changes('incident.opened')).toHaveLength(1)
    expect(world.incident()).toMatchObject({ cause: 'node_down', confidence: 'likely' })
    expect(world.incident()?.summary).toBe(
      'a is not answering this host at any port: it is stopped, or the network to it is cut.',
    )
    expect(JSON.stringify(world.incident()?.remedies)).not.toContain('delete')
    expect(explainTarget(world.state, AT.a, world.now)?.hops[1]).toMatchObject({ name: 'node', state: 'red' })
  })

  test('are not helped by agents, which are installed where an engine is known', () => {
    const world = clusterByAddress({ externalTrafficPolicy: 'Cluster' })
    see(world, { a: 'ok', b: 'ok', c: 'ok' })
    see(world, { a: 'ok', b: 'connect_timeout', c: 'ok' })
    expect(world.incident()?.candidates).not.toEqual([])
    expect(JSON.stringify(world.incident()?.remedies)).not.toContain('portolan install')
  })

  test('of a new nodePort are no outage before the rules of the nodes can have followed', () => {
    const world = clusterByAddress()
    see(world, { a: 'ok', b: 'ok', c: 'ok' })
    const [port] = service().ports
    world.set(
      service({ externalTrafficPolicy: 'Cluster', ports: port === undefined ? [] : [{ ...port, nodePort: 30099 }] }),
    )
    for (let round = 0; round < 3; round += 1) {
      for (const name of ['a', 'b', 'c']) world.probe(`node:${name}:30099`, { 'node-address': 'refused' })
      world.pass(500)
    }
    expect(world.changes('incident.opened')).toEqual([])
    world.pass(5000)
    for (let round = 0; round < 3; round += 1) {
      world.probe('node:a:30099', { 'node-address': 'refused' })
      world.pass(500)
    }
    expect(world.changes('incident.opened')).toHaveLength(1)
  })

  test('of a host port are those of the pods on that node alone', () => {
    const world = clusterByAddress()
    const placement = withHostPort(8085)
    const [old, next] = [pod('edge-1', 'a', { placement }), pod('edge-2', 'b', { placement, ready: false })]
    world.set(old)
    world.probe('node:a:8085', { 'node-address': 'ok' })
    world.set({ ...next, phase: 'Pending', containers: [], createdAt: world.now })
    for (let round = 0; round < 3; round += 1) {
      world.probe('node:b:8085', { 'node-address': 'refused' })
      world.pass(500)
    }
    expect(world.changes('incident.opened')).toEqual([])
    expect(readTarget(world.state, 'node:b:8085')?.pods.map(({ name }) => name)).toEqual(['edge-2'])
  })

  test('come and go with the Service', () => {
    const world = clusterByAddress()
    world.set(service({ ports: [] }))
    expect(states(world)).toEqual({})
    world.set(service())
    expect(Object.keys(states(world))).toEqual(Object.values(AT))
  })
})

describe('the address of a load balancer', () => {
  const LB = 'lb:172.18.0.240:80'
  const behind = (address: string, policy: 'Local' | 'Cluster') =>
    clusterByAddress({ type: 'LoadBalancer', balancerAddresses: [address], externalTrafficPolicy: policy })

  test('is looked at, whoever answers for it', () => {
    const world = behind('172.18.0.240', 'Cluster')
    expect(world.plans.map(({ id }) => id)).toContain(`${LB}@host/balancer`)
    world.probe(LB, { balancer: 'ok' })
    expect(readTarget(world.state, LB)).toMatchObject({ entry: 'balancer', node: '', state: 'up', hostPort: 80 })
    const hops = explainTarget(world.state, LB, world.now)?.hops ?? []
    expect(hops.map(({ name }) => name)).toEqual(['client', 'balancer', 'kube-proxy', 'endpoint', 'pod', 'application'])
  })

  test('is no fault of a node that is not known', () => {
    const world = behind('172.18.0.240', 'Local')
    world.probe(LB, { balancer: 'ok' })
    world.pass(10_000)
    for (let round = 0; round < 3; round += 1) {
      world.probe(LB, { balancer: 'connect_timeout' })
      world.pass(1000)
    }
    expect(world.incident()?.cause).toBe('unproven')
    expect(world.incident()?.summary).not.toMatch(/ {2}|''/)
  })

  test('is dark from the beginning under policy Local, while the nodes with a pod answer', () => {
    const world = behind('172.18.0.240', 'Local')
    see(world, { a: 'ok', b: 'connect_timeout', c: 'connect_timeout' })
    world.tell({ kind: 'neighbours', found: [{ address: '172.18.0.240', machine: '172.18.0.3' }] })
    for (let round = 0; round < 3; round += 1) {
      world.probe(LB, { balancer: 'connect_timeout' })
      world.pass(1000)
    }
    expect(world.incident()).toMatchObject({ cause: 'etp_local', target: LB })
  })

  test('is dark under policy Local when the node that answers for it holds no pod', () => {
    const world = behind('172.18.0.240', 'Local')
    world.tell({ kind: 'neighbours', found: [{ address: '172.18.0.240', machine: '172.18.0.2' }] })
    world.probe(LB, { balancer: 'ok' })
    world.pass(1000)
    world.tell({ kind: 'neighbours', found: [{ address: '172.18.0.240', machine: '172.18.0.3' }] })
    for (let round = 0; round < 3; round += 1) {
      world.probe(LB, { balancer: 'connect_timeout' })
      world.pass(1000)
    }
    expect(world.incident()).toMatchObject({ cause: 'etp_local', target: LB })
    expect(world.incident()?.summary).toContain("b answers for the load balancer's address 172.18.0.240")
  })
})
