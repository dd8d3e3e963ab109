import { describe, expect, test } from '@jest/globals'
import { type ObjectSnapshot, type PodSnapshot, readTargets, type ServiceSnapshot } from '../../src/index.ts'
import {
  container,
  deployment,
  mapped,
  node,
  placement,
  pod,
  replicaSet,
  service,
  slice,
  START,
  withHostPort,
} from '../builders.ts'
import { answering, causes, movePod, PORT } from '../story.ts'
import { ALL_OK, createKnownWorld, createWorld, DROPPED, fourNodes, REJECTED, STOPPED } from '../world.ts'

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

  test('a node that has just started is not blamed for a pod with a host port that went elsewhere meanwhile', () => {
    const first = pod('web-1', 'a', { placement: withHostPort(8000) })
    const template = withHostPort(8000)
    const world = createKnownWorld([deployment({ template }), replicaSet('1', { template }), first], { 8000: 8000 })
    const [cp, , b, c] = fourNodes({})
    world.probe('host:8000', ALL_OK)
    world.pass(1000)
    world.tell({ kind: 'container', name: 'a', action: 'die', exitCode: 137 })
    world.containers(cp, mapped('a', { 8000: 8000 }, { state: 'exited', addresses: [], bindings: [] }), b, c)
    world.pass(100)
    world.probe('host:8000', STOPPED)
    expect(world.incident()).toMatchObject({ cause: 'node_down', confidence: 'proven' })
    world.remove(first)
    world.set(pod('web-2', 'b', { placement: withHostPort(8000), createdAt: world.now }))
    world.pass(3000)
    world.containers(cp, mapped('a', { 8000: 8000 }, { startedAt: world.now }), b, c)
    world.pass(3000)
    const before = world.changes('incident.updated').length
    world.probe('host:8000', { loopback4: 'reset', 'node-address': 'refused' })
    expect(world.incident()).toMatchObject({ cause: 'hostport_off', confidence: 'proven' })
    expect(
      world
        .changes('incident.updated')
        .slice(before)
        .map(({ incident }) => incident.cause),
    ).toEqual(['hostport_off'])
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

  test('a young pod that was ready, and is not any more, is no pod that comes', () => {
    const world = answering()
    world.pass(1000)
    const young = pod('web-1', 'a', { createdAt: world.now - 20_000, ready: false, readySince: world.now })
    world.set(young, slice([young]))
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()?.cause).toBe('no_endpoints')
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

  test('pods that a quota does not let in are no_endpoints at once, in the words of their ReplicaSet', () => {
    const world = answering()
    world.remove(pod('web-1', 'a'))
    world.set(slice([]), {
      kind: 'Event',
      namespace: 'default',
      name: 'web-1.1',
      uid: 'event-1',
      resourceVersion: '1',
      createdAt: world.now,
      regarding: { kind: 'ReplicaSet', namespace: 'default', name: 'web-1', uid: 'replicaset-1' },
      type: 'Warning',
      reason: 'FailedCreate',
      message: 'pods "web-1-x" is forbidden: exceeded quota: none, requested: pods=1',
      count: 1,
      at: world.now,
    })
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'no_endpoints', confidence: 'proven' })
    expect(world.incident()?.summary).toContain(
      'its pods cannot be created (pods "web-1-x" is forbidden: exceeded quota',
    )
    expect(world.incident()?.remedies[0]?.command).toContain('describe replicaset/web-1')
    expect(world.incident()?.evidence.find(({ kind }) => kind === 'event')?.text).toContain('FailedCreate')
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

  test('a node that has answered since it was started is not on its way up any more', () => {
    const world = answering()
    world.pass(1000)
    const [cp, a, b, c] = fourNodes({ 30080: 30080 })
    world.containers(cp, { ...a, state: 'exited' }, b, c)
    world.tell({ kind: 'container', name: 'a', action: 'die', exitCode: 137 })
    world.pass(1000)
    world.containers(cp, mapped('a', { 30080: 30080 }, { startedAt: world.now }), b, c)
    world.pass(11_000)
    world.probe(PORT, ALL_OK)
    world.pass(1000)
    world.probe(PORT, ALL_OK)
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, DROPPED)
    }
    expect(world.incident()).toMatchObject({ closedAt: null, cause: expect.not.stringMatching('node_down') })
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

  test('a node container that nobody started is node_down, in words that say so', () => {
    const world = answering()
    const [cp, , b, c] = fourNodes({})
    world.containers(cp, mapped('a', { 30080: 30080 }, { state: 'created', addresses: [], bindings: [] }), b, c)
    world.pass(100)
    world.probe(PORT, STOPPED)
    expect(world.incident()).toMatchObject({
      cause: 'node_down',
      summary: expect.stringContaining('is created, but was never started'),
    })
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

  test('a pod cannot be kept on a node that takes none: the fix takes the cordon away first', () => {
    const world = answering()
    world.set(node('a', { unschedulable: true }))
    const moved = pod('web-2', 'b')
    world.remove(pod('web-1', 'a'))
    world.set(moved, slice([moved]))
    world.pass(100)
    world.probe(PORT, DROPPED)
    expect(world.incident()).toMatchObject({
      cause: 'etp_local',
      remedies: [
        { command: expect.stringContaining('patch service/web') },
        {
          text: 'Uncordon a, and keep the pods on a, the node that the port is mapped to',
          command: expect.stringMatching(/^kubectl .* uncordon a && kubectl .* patch deployment\/web /),
        },
      ],
    })
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

  describe('a NodePort that no host port leads to', () => {
    const beside = (change: Partial<ReturnType<typeof service>['ports'][number]>) => {
      const only = pod('web-1', 'a')
      const ports = service().ports.map((port) => ({ ...port, nodePort: 31234, ...change }))
      const world = createKnownWorld([deployment(), replicaSet(), service({ ports }), only, slice([only])])
      world.probe(PORT, REJECTED)
      world.pass(1000)
      world.probe(PORT, REJECTED)
      return world
    }

    test('is port_mismatch where the port of its Service is mapped instead', () => {
      const world = beside({ port: 30080 })
      expect(world.incident()).toMatchObject({ cause: 'port_mismatch', confidence: 'likely' })
      expect(world.incident()?.remedies[0]?.command).toContain('--type=json')
    })

    test('is no reason to call another mapping dark, which may wait for its application', () => {
      const world = beside({})
      expect(world.incident()).toBeUndefined()
      expect(readTargets(world.state)[0]?.note).toMatch(/^Nothing uses port 30080 of a yet/)
    })
  })

  test('a Service that was deleted is service_deleted, and not blamed on another NodePort', () => {
    const other = service({
      name: 'other',
      uid: 'service-other',
      selector: { app: 'other' },
      ports: [{ name: 'x', port: 80, targetPort: '80', nodePort: 31999, protocol: 'TCP', appProtocol: '' }],
    })
    const world = answering()
    world.set(other)
    world.remove(service())
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'service_deleted', confidence: 'proven' })
    expect(world.incident()?.summary).toContain('Service default/web, which had nodePort 30080, was deleted')
    expect(world.incident()?.remedies[0]?.text).toContain('nodePort 30080, port 80 to targetPort 8080')
  })

  test('one that was made again with another nodePort is port_mismatch', () => {
    const world = answering()
    world.remove(service())
    world.set(service({ uid: 'service-again', ports: service().ports.map((one) => ({ ...one, nodePort: 31999 })) }))
    world.pass(100)
    world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'port_mismatch' })
  })

  test('a broken path between the nodes is ambiguous with a policy; rules that led to the same pods are not old', () => {
    const world = answering('b', 'Cluster')
    world.pass(10_000)
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, DROPPED)
    world.pass(1000)
    world.probe('node:b:30080', { 'node-address': 'ok' })
    world.probe(PORT, DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'cross_node', confidence: 'ambiguous' })
    expect(world.incident()?.candidates).toEqual(['network_policy'])
  })

  test('dark wherever the pod is not on the mapped node: unproven still, but neither the application nor the rules are candidates', () => {
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
    expect(world.incident()?.candidates).toEqual(['cross_node', 'network_policy'])
    const history = world.incident()?.evidence.find((one) => one.kind === 'history')
    expect(history?.text).toMatch(/^reachable in 4 of 4 placements on a, in 0 of 4 placements elsewhere/)
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

  test('a pod that refuses the API server does not hang: its node may be about to stop', () => {
    const world = answering()
    world.state.settings.asksPods = true
    world.pass(10_000)
    const silent = { loopback4: 'silent', lan: 'connect_timeout', 'node-address': 'connect_timeout' } as const
    world.probe(PORT, silent)
    world.pass(500)
    world.inside({ 'pod:default/web-1:8080@api/pod-proxy': 'refused' })
    for (let n = 0; n < 3; n++) {
      world.pass(1000)
      world.probe(PORT, silent)
    }
    expect(world.incident()?.cause).not.toBe('app_slow')
  })
})

describe('a pod that is not ready', () => {
  const since = START - 60_000
  const lost = { status: 'Unknown' as const, reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting', since }
  const [main] = pod('web-1', 'b').containers
  test.each<[string, PodSnapshot, ObjectSnapshot[], string]>([
    [
      'on a node that is not',
      pod('web-1', 'b'),
      [node('b', { ready: lost })],
      'its node b is not ready (NodeStatusUnknown)',
    ],
    [
      'though its containers are',
      pod('web-1', 'b'),
      [],
      'its containers are ready but the pod is not: a readiness gate has not passed',
    ],
    [
      'as its containers are not',
      pod('web-1', 'b', { containers: main === undefined ? [] : [{ ...main, ready: false }] }),
      [],
      'its readiness probe fails',
    ],
  ])('%s is no_endpoints, with the reason', (_, given, more, because) => {
    const only = { ...given, ready: false, readySince: since }
    const world = createKnownWorld([deployment(), replicaSet(), only, service(), slice([only]), ...more])
    world.pass(60_000)
    for (const _ of [1, 2]) world.probe(PORT, REJECTED)
    expect(world.incident()).toMatchObject({ cause: 'no_endpoints' })
    expect(world.incident()?.summary).toContain(`web-1: ${because}`)
  })
})

test('a Deployment that makes no pods is no_endpoints, and no selector is blamed', () => {
  const world = createKnownWorld([deployment(), service(), slice([])])
  world.pass(60_000)
  for (const _ of [1, 2]) world.probe(PORT, REJECTED)
  expect(world.incident()).toMatchObject({ cause: 'no_endpoints' })
  expect(world.incident()?.summary).toContain('Deployment default/web asks for 1 pod, but none exists')
  expect(world.incident()?.remedies[0]?.command).toContain('describe deployment/web')
})

describe('a Service that is served at an address of the mapped node', () => {
  const ports = service().ports.map((one) => ({ ...one, nodePort: 0 }))
  const at = (more: Partial<ServiceSnapshot>, on = 'b') => {
    const only = pod('web-1', on, { readySince: START - 600_000 })
    const own = service({ type: 'ClusterIP', clusterIP: '10.96.0.7', ports, ...more })
    return createKnownWorld([deployment(), replicaSet(), only, own, slice([only])], { 8080: 80 })
  }
  test.each<[string, Partial<ServiceSnapshot>, string | null]>([
    ['by its externalIPs', { externalAddresses: ['172.18.0.2'] }, 'default/web'],
    ['by its load balancer', { type: 'LoadBalancer', balancerAddresses: ['172.18.0.2'] }, 'default/web'],
    ['not: it is one of another node', { externalAddresses: ['172.18.0.3'] }, null],
    [
      'not: it is at another port',
      { externalAddresses: ['172.18.0.2'], ports: ports.map((one) => ({ ...one, port: 81 })) },
      null,
    ],
  ])('%s', (_, more, owner) => {
    const target = readTargets(at(more).state).find(({ id }) => id === 'host:8080')
    expect(target?.service).toBe(owner)
  })

  test('under policy Local answers there alone where a pod is', () => {
    const world = at({ externalAddresses: ['172.18.0.2'], externalTrafficPolicy: 'Local' })
    world.pass(1000)
    for (const _ of [1, 2]) world.probe('host:8080', DROPPED)
    expect(world.incident()).toMatchObject({ cause: 'etp_local' })
    const text = JSON.stringify(world.incident()?.evidence)
    expect(text).toContain('externalTrafficPolicy is Local, port 80 at its address 172.18.0.2')
  })

  test('has no witness at other nodes, which do not have the address', () => {
    const world = at({ externalAddresses: ['172.18.0.2'], externalTrafficPolicy: 'Cluster' })
    world.agents('cp', 'a', 'b', 'c')
    world.pass(1100)
    for (const _ of [1, 2, 3]) world.probe('host:8080', REJECTED)
    const plans = [
      ...world.plans,
      ...(world.assignment('node/c')?.plans ?? []),
      ...(world.assignment('node/a')?.plans ?? []),
    ]
    expect(plans.map(({ id }) => id).filter((id) => /^node:[bc]:/.test(id))).toEqual([])
  })
})
