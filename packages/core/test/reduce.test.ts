import { describe, expect, test } from '@jest/globals'
import { explainTarget, fateOf, type PodSnapshot, readTargets } from '../src/index.ts'
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
import { ALL_OK, createKnownWorld, createWorld, DROPPED, fourNodes, REJECTED, STOPPED, type World } from './world.ts'

const PORT = 'host:30080'

/** One replica on `on` behind NodePort 30080, policy Local, seen answering or not by all vantages. */
function story(on: string, policy: 'Local' | 'Cluster' = 'Local'): World {
  const first = pod('web-1', on)
  const world = createKnownWorld([
    deployment(),
    replicaSet(),
    service({ externalTrafficPolicy: policy }),
    first,
    slice([first]),
  ])
  world.pass(1000)
  return world
}

function answering(on = 'a', policy: 'Local' | 'Cluster' = 'Local'): World {
  const world = story(on, policy)
  world.probe(PORT, ALL_OK)
  world.pass(1000)
  world.probe(PORT, ALL_OK)
  return world
}

/** The pod is deleted, its place is taken on another node, all of it told in the order in which a cluster does. */
function movePod(world: World, from: string, to: string, names = ['web-1', 'web-2']): void {
  const [oldName = '', newName = ''] = names
  const leaving = pod(oldName, from, { deletedAt: world.now })
  world.set(leaving)
  const coming = pod(newName, to, { ready: false, createdAt: world.now, phase: 'Pending' })
  world.set(coming, slice([leaving]))
  world.pass(300)
  world.set(slice([{ ...coming, phase: 'Running' }]))
  world.remove(leaving)
  world.pass(200)
  const ready = { ...coming, ready: true, phase: 'Running' as const }
  world.set(ready, slice([ready]))
}

const causes = (world: World) => world.changes('incident.opened', 'incident.updated').map((one) => one.incident.cause)

describe('the story: a pod moves to a node that is not mapped', () => {
  test('one burst probe after the move opens a proven etp_local that names both nodes', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, { 'node-address': 'connect_timeout' }, { burst: true, timeoutMs: 200 })
    const incident = world.incident()
    expect(incident).toMatchObject({ cause: 'etp_local', confidence: 'proven', node: 'a', closedAt: null })
    expect(incident?.summary).toMatch(/only pod is on b\b.*mapped to a\b/)
    expect(incident?.changedAt).toBe(world.now - 100)
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'down', cause: 'etp_local', expectedUp: false })
  })

  test('the remedies are commands that can be pasted, with context and namespace, and state their cost', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, DROPPED)
    const [cluster, pin] = world.incident()?.remedies ?? []
    expect(cluster?.command).toBe(
      `kubectl --context=kind-kind --namespace=default patch service/web --patch='{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
    )
    expect(cluster?.cost).toMatch(/address of the client/)
    expect(pin?.command).toMatch(/patch deployment\/web --patch='.*"kubernetes.io\/hostname":"a"/)
  })

  test('between the pods it is a rollout_gap, refined when the new pod is ready elsewhere', () => {
    const world = answering()
    const leaving = pod('web-1', 'a', { deletedAt: world.now })
    const coming = pod('web-2', 'b', { ready: false, createdAt: world.now, phase: 'Pending' })
    world.set(leaving, coming, slice([]))
    world.remove(leaving)
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'rollout_gap' })
    const ready = pod('web-2', 'b')
    world.pass(10)
    world.set(ready)
    world.probe(PORT, REJECTED)
    world.pass(10)
    world.set(slice([ready]))
    world.pass(200)
    world.probe(PORT, DROPPED)
    expect(causes(world)).toEqual(['rollout_gap', 'etp_local'])
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
  })

  test('while kube-proxy has not caught up, a refusal is accepted for etp_local, as likely', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(50)
    world.probe(PORT, { loopback4: 'closed' })
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'likely' })
    world.pass(300)
    world.probe(PORT, DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
  })

  test('it closes when the port answers twice, and the dark time ends with the first answer', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    const wentDark = world.now
    world.probe(PORT, DROPPED)
    world.pass(3000)
    world.set(service({ externalTrafficPolicy: 'Cluster' }))
    world.pass(400)
    world.probe(PORT, ALL_OK)
    const back = world.now
    world.pass(50)
    world.probe(PORT, ALL_OK)
    const [closed] = world.changes('incident.closed')
    expect(closed?.incident).toMatchObject({ cause: 'etp_local', darkSince: wentDark, darkUntil: back })
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'up', cause: null })
  })

  test('an outage that ends by the pod coming back is remembered by the cause that stood longest', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, DROPPED)
    world.pass(30_000)
    const leaving = pod('web-2', 'b', { deletedAt: world.now })
    world.set(leaving, pod('web-3', 'a', { ready: false, createdAt: world.now }), slice([]))
    world.pass(300)
    world.probe(PORT, REJECTED)
    expect(world.incident()?.cause).toBe('rollout_gap')
    world.remove(leaving)
    world.set(pod('web-3', 'a'), slice([pod('web-3', 'a')]))
    world.pass(500)
    world.probe(PORT, ALL_OK)
    world.pass(50)
    world.probe(PORT, ALL_OK)
    expect(world.changes('incident.closed')).toMatchObject([{ incident: { cause: 'etp_local', confidence: 'proven' } }])
  })

  test('a pod found on the wrong node at the start is proven by the witness that answers at its own node', () => {
    const world = story('b')
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, DROPPED)
    world.pass(500)
    world.probe(PORT, DROPPED)
    expect(causes(world)).not.toContain('unproven')
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven', changedAt: null })
  })

  test('one odd symptom does not overthrow what is proven', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, DROPPED)
    world.pass(20_000)
    world.probe(PORT, { loopback4: 'closed' })
    world.pass(1000)
    world.probe(PORT, { loopback4: 'closed' })
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven', closedAt: null })
  })

  test('policy Cluster has no incident when the pod is elsewhere and answers', () => {
    const world = answering('a', 'Cluster')
    movePod(world, 'a', 'b')
    world.pass(300)
    world.probe(PORT, ALL_OK)
    expect(world.changes('incident.opened')).toEqual([])
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'up', expectedUp: true })
  })

  test('a terminating pod on the mapped node that listens no more, the new one elsewhere: still between pods', () => {
    const world = answering()
    const leaving = pod('web-1', 'a', { deletedAt: world.now })
    const ready = pod('web-2', 'b')
    world.set(leaving, ready, slice([leaving, ready]))
    for (let n = 0; n < 8; n++) {
      world.pass(1000)
      world.probe('node:b:30080', { 'node-address': 'ok' })
      world.probe(PORT, REJECTED)
    }
    expect(new Set(causes(world))).toEqual(new Set(['rollout_gap']))
    expect(world.incident()?.summary).toMatch(/the last one for a, web-1, is leaving and answers no more/)
    world.remove(leaving)
    world.set(slice([ready]))
    world.pass(100)
    world.probe(PORT, DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
  })

  test('a terminating pod that still serves on the mapped node keeps the port up', () => {
    const world = answering()
    const leaving = pod('web-1', 'a', { deletedAt: world.now })
    const ready = pod('web-2', 'b')
    world.set(leaving, ready, slice([leaving, ready]))
    world.pass(100)
    world.probe(PORT, ALL_OK)
    expect(readTargets(world.state)[0]).toMatchObject({ expectedUp: true, state: 'up' })
    expect(world.changes('incident.opened')).toEqual([])
  })

  test.each<[string, PodSnapshot[], Parameters<World['probe']>[1]]>([
    ['refuses while it leaves', [], REJECTED],
    ['answers while its successor is elsewhere', [pod('web-2', 'b')], ALL_OK],
  ])('what a pod that %s shows is of no placement', (_, others, seen) => {
    const world = answering()
    const leaving = pod('web-1', 'a', { deletedAt: world.now })
    world.set(leaving, ...others, slice([leaving, ...others]))
    for (let n = 0; n < 8; n++) {
      world.pass(1000)
      world.probe(PORT, seen)
    }
    const { epochs = [] } = explainTarget(world.state, PORT, world.now) ?? {}
    expect(epochs.map(({ podNodes, leaving: left }) => [podNodes, left ?? false])).toEqual([
      [['a'], false],
      [[others.length > 0 ? 'b' : 'a'], true],
    ])
    expect(epochs.map(fateOf)).toEqual(['reachable', null])
  })
})

describe('a change that touches a port', () => {
  test('bursts it: closely at the node, with care through the proxy, the witness beside it', () => {
    const world = answering()
    world.effects.length = 0
    movePod(world, 'a', 'b')
    const bursts = world.effects.flatMap((effect) => (effect.kind === 'burst' ? effect.bursts : []))
    const everyMs = Object.fromEntries(bursts.map((burst) => [burst.plan, burst.everyMs]))
    expect(everyMs).toEqual({
      'host:30080@host/loopback4': 250,
      'host:30080@host/lan': 250,
      'host:30080@host/node-address': 50,
      'node:b:30080@host/node-address': 200,
    })
  })

  test('an object that has nothing to do with it does not', () => {
    const world = answering()
    world.effects.length = 0
    world.set(pod('other', 'b', { placement: placement({ labels: { app: 'other' } }), owner: null }))
    expect(world.effects.filter((effect) => effect.kind === 'burst' || effect.kind === 'assign')).toEqual([])
  })
})

describe('what happened to the pod', () => {
  test('another node, same controller: rescheduled, and the drain is named', () => {
    const world = answering()
    world.set(node('a', { unschedulable: true }))
    const disruption = { status: 'True' as const, reason: 'EvictionByEvictionAPI', message: '', since: world.now }
    world.set(pod('web-1', 'a', { deletedAt: world.now, disruption }))
    world.set(pod('web-2', 'b', { ready: false }))
    expect(world.changes('placement.changed')).toMatchObject([
      {
        kind: 'rescheduled',
        reason: 'drain of a',
        from: ['a'],
        to: ['b'],
        workload: 'Deployment/default/web',
        target: PORT,
      },
    ])
  })

  test('same node, same controller: recreated', () => {
    const world = answering()
    world.set(pod('web-1', 'a', { deletedAt: world.now }), pod('web-2', 'a'))
    expect(world.changes('placement.changed')).toMatchObject([
      { kind: 'recreated', reason: 'deleted', from: ['a'], to: ['a'] },
    ])
  })

  test('same UID, more restarts: restarted in place', () => {
    const world = answering()
    const before = pod('web-1', 'a')
    const [first] = before.containers
    world.set({ ...before, containers: first === undefined ? [] : [{ ...first, restartCount: 1 }] })
    expect(world.changes('placement.changed')).toMatchObject([{ kind: 'restarted', from: ['a'], to: ['a'] }])
  })

  test('a pod of another ReplicaSet of the same Deployment: rollout', () => {
    const world = answering()
    world.set(replicaSet('2'), pod('web-9', 'c', { owner: { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' } }))
    expect(world.changes('placement.changed')).toMatchObject([{ kind: 'rollout', from: ['a'], to: ['c'] }])
  })

  test('a rollout that adds before it removes leaves no place behind for a later pod', () => {
    const world = answering()
    const owner = { kind: 'ReplicaSet', name: 'web-2', uid: 'replicaset-2' }
    world.set(replicaSet('2'), pod('web-9', 'c', { owner }))
    world.set(pod('web-1', 'a', { deletedAt: world.now }))
    world.remove(pod('web-1', 'a', { deletedAt: world.now }))
    world.set(pod('web-9', 'c', { owner, deletedAt: world.now }), pod('web-10', 'b', { owner }))
    expect(world.changes('placement.changed')).toMatchObject([
      { kind: 'rollout', from: ['a'], to: ['c'] },
      { kind: 'rescheduled', from: ['c'], to: ['b'] },
    ])
  })

  test("fewer replicas: scaled, and the pod that leaves is nobody's move", () => {
    const world = answering()
    world.set(deployment({ replicas: 0 }))
    world.set(pod('web-1', 'a', { deletedAt: world.now }))
    world.remove(pod('web-1', 'a', { deletedAt: world.now }))
    world.set(deployment({ replicas: 1 }), pod('web-2', 'b'))
    expect(world.changes('placement.changed').map((one) => one.kind)).toEqual(['scaled', 'scaled'])
  })

  test('a pod that was replaced while the watch was cut off is still told', () => {
    const world = answering()
    world.tell({ kind: 'watch', resource: 'pods', status: 'lost', reason: 'connection reset' })
    world.tell({ kind: 'listed', resource: 'pods', objects: [pod('web-2', 'b')] })
    expect(world.changes('placement.changed')).toMatchObject([{ kind: 'rescheduled', from: ['a'], to: ['b'] }])
  })
})

describe('the other causes', () => {
  test('hostPort on an unmapped node is hostport_off', () => {
    const first = pod('web-1', 'a', { placement: withHostPort(8000) })
    const world = createKnownWorld(
      [deployment({ template: withHostPort(8000) }), replicaSet('1', { template: withHostPort(8000) }), first],
      { 8000: 8000 },
    )
    world.probe('host:8000', ALL_OK)
    world.pass(1000)
    const leaving = { ...first, deletedAt: world.now }
    const second = pod('web-2', 'b', { placement: withHostPort(8000), createdAt: world.now })
    world.set(leaving, second)
    world.remove(leaving)
    world.pass(100)
    world.probe('host:8000', REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'hostport_off', confidence: 'proven' })
    expect(world.incident()?.summary).toMatch(/only pod is on b\b.*mapped to a\b/)
  })

  test('hostNetwork on an unmapped node is hostnet_off', () => {
    const template = placement({ hostNetwork: true })
    const only = pod('web-1', 'c', { placement: template })
    const world = createKnownWorld([deployment({ template }), replicaSet('1', { template }), only], { 9000: 8080 })
    world.probe('node:c:8080', { 'node-address': 'ok' })
    world.probe('host:9000', REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'hostnet_off', confidence: 'proven' })
  })

  test('scaled to 0 is no_endpoints, and says so', () => {
    const world = answering()
    world.set(deployment({ replicas: 0 }))
    world.remove(pod('web-1', 'a'))
    world.set(slice([]))
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'no_endpoints', confidence: 'proven' })
    expect(world.incident()?.summary).toContain('scaled to 0')
    expect(world.incident()?.remedies[0]?.command).toContain('scale deployment/web --replicas=1')
  })

  test('a rejected port whose ICMP answers Linux holds back looks as if it dropped, and is no_endpoints still', () => {
    const world = answering()
    world.set(deployment({ replicas: 0 }))
    world.remove(pod('web-1', 'a'))
    world.set(slice([]))
    world.pass(100)
    world.probe(PORT, { loopback4: 'closed', lan: 'refused', 'node-address': 'connect_timeout' })
    world.pass(6000)
    world.probe(PORT, { loopback4: 'silent', lan: 'connect_timeout', 'node-address': 'connect_timeout' })
    expect(world.incident()).toMatchObject({ cause: 'no_endpoints', confidence: 'proven' })
    expect(causes(world)).toEqual(['no_endpoints'])
  })

  test('a pod that no node fits is pod_pending, in the words of the scheduler', () => {
    const world = answering()
    const unschedulable = {
      status: 'False' as const,
      reason: 'Unschedulable',
      message: '0/4 nodes are available',
      since: world.now,
    }
    world.remove(pod('web-1', 'a'))
    world.set(pod('web-2', null, { unschedulable, createdAt: world.now }), slice([]))
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'pod_pending', confidence: 'proven' })
    expect(world.incident()?.summary).toContain('0/4 nodes are available')
  })

  test('a rollout that does not end within half a minute is no_endpoints', () => {
    const world = answering()
    world.remove(pod('web-1', 'a'))
    world.set(pod('web-2', 'b', { ready: false, createdAt: world.now }), slice([]))
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()?.cause).toBe('rollout_gap')
    world.pass(31_000)
    world.probe(PORT, REJECTED)
    expect(world.incident()?.cause).toBe('no_endpoints')
  })

  test('a crash loop is no_endpoints at once, with the reason and where to read it', () => {
    const world = answering()
    const [first] = pod('web-1', 'a').containers
    const containers =
      first === undefined ? [] : [{ ...first, ready: false, state: 'waiting' as const, reason: 'CrashLoopBackOff' }]
    world.set(pod('web-1', 'a', { ready: false, containers }), slice([]))
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'no_endpoints' })
    expect(world.incident()?.summary).toContain('CrashLoopBackOff')
    expect(world.incident()?.remedies[0]?.command).toContain('logs pod/web-1 --container=web --previous')
  })

  test('a stopped mapped node is node_down, and its start is not another cause', () => {
    const world = answering()
    world.tell({ kind: 'container', name: 'a', action: 'die', exitCode: 137 })
    const [cp, , b, c] = fourNodes({})
    const stopped = mapped('a', { 30080: 30080 }, { state: 'exited', addresses: [], bindings: [] })
    world.containers(cp, stopped, b, c)
    world.pass(100)
    world.probe(PORT, STOPPED)
    expect(world.incident()).toMatchObject({ cause: 'node_down', confidence: 'proven' })
    expect(world.incident()?.remedies[0]?.command).toBe('docker start a')
    world.pass(20_000)
    world.containers(cp, mapped('a', { 30080: 30080 }, { startedAt: world.now }), b, c)
    world.pass(6500)
    world.probe(PORT, { loopback4: 'reset', 'node-address': 'refused' })
    expect(new Set(causes(world))).toEqual(new Set(['node_down']))
  })

  test('one slow answer on a node that is just coming back is no outage', () => {
    const world = answering()
    const [cp, , b, c] = fourNodes({})
    world.tell({ kind: 'container', name: 'a', action: 'die', exitCode: 137 })
    world.containers(cp, mapped('a', { 30080: 30080 }, { startedAt: world.now }), b, c)
    world.pass(100)
    world.probe(PORT, ALL_OK)
    world.pass(100)
    world.probe(PORT, { 'node-address': 'silent' }, { burst: true, timeoutMs: 200 })
    expect(world.incident()).toBeUndefined()
    world.pass(1000)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'node_down' })
  })

  test('pods on a stopped node are node_down too, and the summary names that node', () => {
    const world = answering('b', 'Cluster')
    const [cp, a, , c] = fourNodes({ 30080: 30080 })
    world.containers(cp, a, container('b', { state: 'exited', addresses: [] }), c)
    world.pass(6000)
    world.probe(PORT, DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'node_down' })
    expect(world.incident()?.summary).toMatch(/on b, which is stopped/)
  })

  test('bindings that the engine lost are bindings_lost', () => {
    const world = answering()
    const [cp, , b, c] = fourNodes({})
    world.containers(cp, mapped('a', { 30080: 30080 }, { bindings: [] }), b, c)
    world.pass(100)
    world.probe(PORT, { loopback4: 'refused', lan: 'refused', 'node-address': 'ok' })
    expect(world.incident()).toMatchObject({ cause: 'bindings_lost', confidence: 'proven' })
  })

  test('a taint that keeps the pods off the mapped node for good is mapped_node_excluded', () => {
    const only = pod('web-1', 'b')
    const world = createWorld()
    world.tell({ kind: 'vantages', lan: null, loopback6: false })
    world.containers(mapped('cp', { 30080: 30080 }), container('b'))
    world.list([node('cp'), node('b'), deployment(), replicaSet(), service(), only, slice([only])])
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, { loopback4: 'silent', 'node-address': 'connect_timeout' })
    expect(world.incident()).toMatchObject({ cause: 'mapped_node_excluded', confidence: 'proven' })
    expect(world.incident()?.summary).toContain('node-role.kubernetes.io/control-plane:NoSchedule')
    expect(world.incident()?.remedies[1]?.command).toContain(
      '"tolerations":[{"key":"node-role.kubernetes.io/control-plane"',
    )
  })

  test('a cordon is no exclusion: the drain that strands the pod stays etp_local', () => {
    const world = answering()
    world.set(
      node('a', {
        unschedulable: true,
        taints: [{ key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' }],
      }),
    )
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe(PORT, DROPPED)
    expect(world.incident()?.cause).toBe('etp_local')
  })

  test('a nodePort that is not the mapped containerPort is port_mismatch', () => {
    const only = pod('web-1', 'a')
    const ports = service().ports.map((port) => ({ ...port, nodePort: 31234 }))
    const world = createKnownWorld([deployment(), replicaSet(), service({ ports }), only, slice([only])])
    world.probe(PORT, REJECTED)
    world.pass(1000)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'port_mismatch', confidence: 'likely' })
    expect(world.incident()?.remedies[0]?.command).toContain('--type=json')
  })

  test('a Service that was deleted is not blamed on another NodePort', () => {
    const other = service({
      name: 'other',
      uid: 'service-other',
      selector: { app: 'other' },
      ports: [{ name: 'x', port: 80, targetPort: '80', nodePort: 31999, protocol: 'TCP', appProtocol: '' }],
    })
    const world = answering()
    world.set(other)
    world.remove(service())
    world.pass(6000)
    world.probe(PORT, REJECTED)
    world.pass(1000)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'unproven' })
    expect(world.incident()?.summary).toContain('Service default/web')
  })

  test('a broken path between the nodes is ambiguous with a stale kube-proxy, and says so', () => {
    const world = answering('b', 'Cluster')
    world.pass(10_000)
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, DROPPED)
    world.pass(1000)
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'cross_node', confidence: 'ambiguous' })
    expect(world.incident()?.candidates).toContain('kube_proxy_stale')
  })

  test('dark wherever the pod is not on the mapped node: unproven still, but the application is no candidate', () => {
    const world = answering('a', 'Cluster')
    let on = 'a'
    for (let round = 0; round < 7; round++) {
      const next = on === 'a' ? 'b' : 'a'
      movePod(world, on, next, [`web-${round + 1}`, `web-${round + 2}`])
      on = next
      world.pass(6000)
      for (let n = 0; n < 4; n++) {
        world.probe(PORT, on === 'a' ? ALL_OK : DROPPED)
        world.pass(1000)
      }
    }
    expect(world.incident()).toMatchObject({ cause: 'unproven' })
    expect(world.incident()?.candidates).toEqual(['cross_node', 'kube_proxy_stale', 'network_policy'])
    const history = world.incident()?.evidence.find((one) => one.kind === 'history')
    expect(history?.text).toMatch(/^reachable in 4 of 4 placements on a .* in 0 of 4 placements elsewhere/)
  })

  test('an application that takes connections and hangs is app_slow, as likely', () => {
    const world = answering()
    world.pass(10_000)
    world.probe(PORT, { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' })
    expect(world.incident()).toBeUndefined()
    world.pass(1000)
    world.probe(PORT, { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' })
    expect(world.incident()).toMatchObject({ cause: 'app_slow', confidence: 'likely', candidates: [] })
  })
})

describe('a UDP port', () => {
  const UDP = 'host:30080/udp'
  const SILENT = { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' } as const

  function dns(on: string, port: Partial<ReturnType<typeof service>['ports'][number]> = { name: 'dns' }): World {
    const only = pod('web-1', on)
    const ports = service().ports.map((one) => ({ ...one, protocol: 'UDP' as const, ...port }))
    const endpoints = slice([only], { ports: [{ name: ports[0]?.name ?? '', port: 8080, protocol: 'UDP' }] })
    const exposed = service({ ports, externalTrafficPolicy: 'Local' })
    const world = createKnownWorld([deployment(), replicaSet(), exposed, only, endpoints])
    world.containers(container('cp'), overUdp(mapped('a', { 30080: 30080 })), container('b'), container('c'))
    world.pass(1000)
    return world
  }

  test('that speaks DNS is asked in DNS from everywhere, the witness beside it under a name of its own', () => {
    const world = dns('b')
    expect(world.plans.map(({ id }) => id)).toEqual([
      `${UDP}@host/loopback4`,
      `${UDP}@host/lan`,
      `${UDP}@host/node-address`,
      'node:b:30080/udp@host/node-address',
    ])
    expect(world.plans.every(({ speech }) => speech.protocol === 'dns' && speech.transport === 'udp')).toBe(true)
  })

  test('under policy Local with its pod elsewhere is etp_local, whose silence needs no connect', () => {
    const world = dns('b')
    world.probe('node:b:30080/udp', { 'node-address': 'ok' }, { protocol: 'dns' })
    world.probe(UDP, SILENT, { protocol: 'dns' })
    expect(world.incident()).toMatchObject({ cause: 'etp_local', confidence: 'proven' })
  })

  test('that falls silent while the objects are fine is unproven: nothing tells the application from the way', () => {
    const world = dns('a')
    world.probe(UDP, ALL_OK, { protocol: 'dns' })
    world.pass(10_000)
    for (let n = 0; n < 3; n++) {
      world.probe(UDP, SILENT, { protocol: 'dns' })
      world.pass(1000)
    }
    expect(world.incident()).toMatchObject({ cause: 'unproven' })
    expect(world.incident()?.candidates).toContain('app_slow')
  })

  test('of which nobody knows what it understands is not probed, and says what to configure', () => {
    const world = dns('b', { name: 'game' })
    expect(world.plans).toEqual([])
    const [view] = readTargets(world.state)
    expect(view).toMatchObject({ state: 'unknown' })
    expect(view?.note).toMatch(/not probed: over UDP .* annotate service\/web portolan.dev\/hello=TEXT/)
  })
})

describe('what is no outage', () => {
  test('a service that waits in silence for its client is unknown, with the annotation to set', () => {
    const only = pod('web-1', 'a')
    const ports = service().ports.map((port) => ({ ...port, name: '' }))
    const nameless = slice([only], { ports: [{ name: '', port: 8080, protocol: 'TCP' }] })
    const world = createKnownWorld([deployment(), service({ ports }), only, nameless])
    for (let n = 0; n < 4; n++) {
      world.probe(PORT, { loopback4: 'silent', lan: 'silent', 'node-address': 'silent' }, { protocol: 'auto' })
      world.pass(1000)
    }
    expect(world.changes('incident.opened')).toEqual([])
    const [view] = readTargets(world.state)
    expect(view).toMatchObject({ state: 'unknown' })
    expect(view?.note).toContain('portolan.dev/probe')
  })

  test('one slow answer in a burst, with nothing that predicts it', () => {
    const world = answering()
    world.pass(10_000)
    world.probe(PORT, { 'node-address': 'silent' }, { burst: true, timeoutMs: 200 })
    world.probe(PORT, { 'node-address': 'silent' }, { burst: true, timeoutMs: 200, startedAt: world.now + 50 })
    expect(world.changes('incident.opened')).toEqual([])
  })

  test('what this machine could not probe: unknown, prober_offline, no incident', () => {
    const world = answering()
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, { loopback4: 'local_error', lan: 'local_error', 'node-address': 'local_error' })
    }
    expect(world.changes('incident.opened')).toEqual([])
    expect(readTargets(world.state)[0]).toMatchObject({ state: 'unknown', cause: 'prober_offline' })
  })

  test('failures of a stretch in which the prober slept', () => {
    const world = answering()
    const from = world.now
    world.pass(60_000)
    world.tell({ kind: 'gap', scope: 'prober', from, to: world.now, reason: 'this machine slept' })
    world.probe(PORT, DROPPED, { startedAt: from + 10 })
    expect(world.changes('incident.opened')).toEqual([])
    expect(world.changes('gap')).toHaveLength(1)
  })

  test('::1 while the port listens on IPv4 alone: a note', () => {
    const only = pod('web-1', 'a')
    const world = createKnownWorld([deployment(), service(), only, slice([only])])
    world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: true })
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, { ...ALL_OK, loopback6: 'refused' })
    }
    expect(world.changes('incident.opened')).toEqual([])
    expect(readTargets(world.state)[0]?.state).toBe('up')
  })

  test('node addresses that never answered do not decide', () => {
    const world = story('a')
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, { loopback4: 'ok', lan: 'ok', 'node-address': 'connect_timeout' })
    }
    expect(world.changes('incident.opened')).toEqual([])
  })

  test('a failure that started before the move says nothing about it', () => {
    const world = answering()
    const before = world.now
    world.pass(500)
    movePod(world, 'a', 'a')
    world.probe(PORT, DROPPED, { startedAt: before })
    expect(world.changes('incident.opened')).toEqual([])
  })

  test('no outcome at all makes the port unknown, never up', () => {
    const world = answering()
    world.pass(20_000)
    expect(readTargets(world.state)[0]?.state).toBe('unknown')
  })
})

describe('flapping', () => {
  test('fail, ok, fail, ok that never lasts is flapping', () => {
    const world = answering()
    world.pass(10_000)
    for (let n = 0; n < 4; n++) {
      world.probe(PORT, { loopback4: 'closed' })
      world.pass(300)
      world.probe(PORT, { loopback4: 'ok' })
      world.pass(300)
    }
    expect(readTargets(world.state)[0]?.state).toBe('flapping')
  })

  test('going dark and coming back again and again is flapping', () => {
    const world = answering()
    for (let n = 0; n < 3; n++) {
      movePod(world, 'a', 'b', [`web-${2 * n + 1}`, `web-${2 * n + 2}`])
      world.pass(100)
      world.probe(PORT, DROPPED)
      movePod(world, 'b', 'a', [`web-${2 * n + 2}`, `web-${2 * n + 3}`])
      world.pass(1000)
      world.probe(PORT, ALL_OK)
      world.pass(1000)
      world.probe(PORT, ALL_OK)
    }
    expect(readTargets(world.state)[0]?.state).toBe('flapping')
    expect(new Set(causes(world))).toEqual(new Set(['etp_local']))
  })
})

describe('facts', () => {
  test('the same facts in the same order give the same effects', () => {
    const runs = [answering(), answering()]
    for (const world of runs) {
      movePod(world, 'a', 'b')
      world.pass(100)
      world.probe(PORT, DROPPED)
    }
    const told = runs.map((world) =>
      JSON.stringify(world.changes('incident.opened').map((one) => one.incident.summary)),
    )
    expect(told[0]).toBe(told[1])
  })

  test('after a restart an open incident goes on, and the gap is told', () => {
    const before = answering()
    movePod(before, 'a', 'b')
    before.pass(100)
    before.probe(PORT, DROPPED)
    const open = before.incident()
    const world = createWorld()
    world.now = before.now + 30_000
    world.tell({ kind: 'resumed', lastAt: before.now, incidents: open === undefined ? [] : [open] })
    world.tell({ kind: 'vantages', lan: '192.0.2.7', loopback6: false })
    world.containers(...fourNodes({ 30080: 30080 }))
    const moved = pod('web-2', 'b')
    world.list([node('a'), node('b'), deployment(), replicaSet(), service(), moved, slice([moved])])
    world.probe(PORT, DROPPED)
    expect(world.changes('incident.opened')).toEqual([])
    expect(world.changes('gap')).toMatchObject([{ reason: 'Portolan was not running' }])
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    expect(world.changes('incident.closed')).toMatchObject([{ incident: { id: open?.id, confidence: 'proven' } }])
  })

  test('without the API server the verdict says what is missing', () => {
    const world = createWorld()
    world.tell({ kind: 'vantages', lan: null, loopback6: false })
    world.containers(...fourNodes({ 30080: 30080 }))
    world.tell({ kind: 'watch', resource: 'services', status: 'lost', reason: 'connection refused' })
    world.probe(PORT, { loopback4: 'closed' })
    world.pass(1000)
    world.probe(PORT, { loopback4: 'closed' })
    expect(world.incident()).toMatchObject({ cause: 'unproven' })
    expect(world.incident()?.summary).toContain('connection refused')
  })

  test('nothing is said before the objects have come', () => {
    const world = createWorld()
    world.tell({ kind: 'vantages', lan: null, loopback6: false })
    world.containers(...fourNodes({ 30080: 30080 }))
    for (let n = 0; n < 4; n++) {
      world.probe(PORT, { loopback4: 'closed' })
      world.pass(1000)
    }
    expect(world.changes('incident.opened')).toEqual([])
    expect(world.now - START).toBe(4000)
  })
})

describe('explain', () => {
  test('tells the way hop by hop, with the break at kube-proxy, and what was ruled out', () => {
    const world = answering()
    movePod(world, 'a', 'b')
    world.pass(100)
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, DROPPED)
    const told = explainTarget(world.state, PORT, world.now)
    expect(told?.hops.map((hop) => `${hop.name} ${hop.state}`)).toEqual([
      'client green',
      'host port green',
      'engine green',
      'node green',
      'kube-proxy red',
      'endpoint green',
      'pod green',
      'application green',
    ])
    expect(told?.ruledOut.find((one) => one.cause === 'hostport_off')?.because).toBe(
      'no pod claims the port by hostPort',
    )
    expect(told?.epochs.length).toBeGreaterThan(1)
  })
})
