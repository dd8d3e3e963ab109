import { describe, expect, test } from '@jest/globals'
import { type IngressAllowance, type PodPlacement, preflight, type PreflightWorld } from '../../src/index.ts'
import {
  container,
  deployment,
  mapped,
  node,
  pod,
  replicaSet,
  service,
  slice,
  withHostPort,
  placement,
} from '../builders.ts'
import { world } from './world.ts'

const cluster = () => service({ externalTrafficPolicy: 'Cluster' })
const withTemplate = (template: Partial<PodPlacement>, more = {}) => [
  deployment({ template: placement(template), ...more }),
]
const hostPort = (more: Partial<PreflightWorld> = {}) =>
  world({
    containers: [mapped('a', { 8080: 80 })],
    services: [],
    workloads: [deployment({ template: withHostPort(80) })],
    ...more,
  })
const tolerant = [{ key: '', operator: 'Exists' as const, value: '', effect: '' }]
const onNode = (name: string) => ({ 'kubernetes.io/hostname': name })
const surge = { rollout: { surge: 1, unavailable: 0 } }

const first = (given: PreflightWorld) => preflight(given).ports[0]

describe('what will become of a host port', () => {
  test.each([
    ['policy Local, one pod, three nodes', world(), 'may_go_dark', 2 / 3, 'etp_local'],
    ['policy Cluster', world({ services: [cluster()] }), 'fine', 0, null],
    [
      'policy Cluster, mapped on the tainted control plane',
      world({ services: [cluster()], containers: [mapped('cp', { 8080: 30080 })] }),
      'fine',
      0,
      null,
    ],
    [
      'policy Local, mapped on the tainted control plane',
      world({ containers: [mapped('cp', { 8080: 30080 })] }),
      'always_dark',
      1,
      'mapped_node_excluded',
    ],
    [
      'the pods tolerate the taint: four nodes',
      world({ containers: [mapped('cp', { 8080: 30080 })], workloads: withTemplate({ tolerations: tolerant }) }),
      'may_go_dark',
      3 / 4,
      'etp_local',
    ],
    [
      'pods that are kept on the mapped node',
      world({ workloads: withTemplate({ nodeSelector: onNode('a') }) }),
      'fine',
      0,
      null,
    ],
    [
      'pods that are kept on another node',
      world({ workloads: withTemplate({ nodeSelector: onNode('b') }) }),
      'always_dark',
      1,
      'mapped_node_excluded',
    ],
    ['a DaemonSet covers the mapped node', world({ workloads: [deployment({ kind: 'DaemonSet' })] }), 'fine', 0, null],
    [
      'three replicas: only a cordon could make it dark',
      world({ workloads: [deployment({ replicas: 3 })] }),
      'may_go_dark',
      0,
      'etp_local',
    ],
    [
      'three replicas that must be apart',
      world({
        workloads: withTemplate(
          {
            podRules: [
              {
                kind: 'apart',
                topologyKey: 'kubernetes.io/hostname',
                selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
                namespaces: [],
                maxSkew: 0,
              },
            ],
          },
          { replicas: 3 },
        ),
      }),
      'fine',
      0,
      null,
    ],
    [
      'the mapped node is cordoned now',
      world({ nodes: [node('a', { unschedulable: true }), node('b')] }),
      'may_go_dark',
      1,
      'etp_local',
    ],
    [
      'two workloads behind one Service, each of them may miss',
      world({ workloads: [deployment(), deployment({ name: 'web2', uid: 'web2' })] }),
      'may_go_dark',
      4 / 9,
      'etp_local',
    ],
    [
      'a ReplicaSet counts once, with its Deployment',
      world({ workloads: [deployment(), replicaSet()] }),
      'may_go_dark',
      2 / 3,
      'etp_local',
    ],
    [
      'a pod without a controller',
      world({ workloads: [], pods: [pod('web', null, { owner: null })] }),
      'may_go_dark',
      2 / 3,
      'etp_local',
    ],
    ['a host port', hostPort(), 'may_go_dark', 2 / 3, 'hostport_off'],
    [
      'a host port that a DaemonSet holds on one node',
      hostPort({
        workloads: [
          deployment({ template: withHostPort(80) }),
          deployment({
            kind: 'DaemonSet',
            name: 'other',
            uid: 'other',
            template: { ...withHostPort(80), labels: {}, nodeSelector: onNode('b') },
          }),
        ],
      }),
      'may_go_dark',
      1 / 2,
      'hostport_off',
    ],
    [
      'pods on the network of their node',
      hostPort({
        workloads: withTemplate({
          hostNetwork: true,
          ports: withHostPort(0).ports.map((one) => ({ ...one, containerPort: 80 })),
        }),
      }),
      'may_go_dark',
      2 / 3,
      'hostnet_off',
    ],
    [
      'no node fits',
      world({ workloads: withTemplate({ nodeSelector: { disk: 'ssd' } }) }),
      'always_dark',
      1,
      'pod_pending',
    ],
    ['a workload of no pods', world({ workloads: [deployment({ replicas: 0 })] }), 'always_dark', 1, 'no_endpoints'],
    [
      'a selector that misses the pods that were read, for others may come',
      world({ services: [service({ selector: { app: 'wbe' } })] }),
      'unknown',
      null,
      'no_endpoints',
    ],
    [
      'a selector that misses its pods in a cluster of which all is known',
      world({ services: [service({ selector: { app: 'wbe' } })], isComplete: true }),
      'always_dark',
      1,
      'no_endpoints',
    ],
    [
      'a Service without a selector',
      world({ services: [service({ selector: {} })] }),
      'always_dark',
      1,
      'no_endpoints',
    ],
    [
      'the same with endpoints made by hand',
      world({ services: [service({ selector: {} })], slices: [slice([])] }),
      'unknown',
      null,
      null,
    ],
    [
      'a targetPort by a name that the pods do not have',
      world({ services: [service({ ports: service().ports.map((one) => ({ ...one, targetPort: 'htpp' })) })] }),
      'always_dark',
      1,
      'target_port_wrong',
    ],
    [
      'the NodePort of the Service is another one, and the mapping may be for what is still to come',
      world({ containers: [mapped('a', { 8080: 30081 })] }),
      'unknown',
      null,
      null,
    ],
    [
      'the mapping is for another protocol',
      world({ services: [service({ ports: service().ports.map((one) => ({ ...one, protocol: 'UDP' as const })) })] }),
      'always_dark',
      1,
      'port_mismatch',
    ],
    ['nothing that was read is meant for it', world({ services: [] }), 'unknown', null, null],
    [
      'the same host port on two nodes',
      world({ containers: [mapped('a', { 8080: 30080 }), mapped('b', { 8080: 30080 })] }),
      'always_dark',
      1,
      'port_taken',
    ],
    ['a NodePort that no host port leads to', world({ containers: [container('a')] }), 'always_dark', 1, 'not_mapped'],
    [
      'a LoadBalancer that nothing serves',
      world({ containers: [container('a')], services: [service({ type: 'LoadBalancer' })] }),
      'always_dark',
      1,
      'lb_pending',
    ],
  ])('%s', (_, given, verdict, probability, cause) => {
    const port = first(given)
    expect(port).toMatchObject({ verdict, cause })
    if (probability === null) expect(port?.darkProbability).toBeNull()
    else expect(port?.darkProbability).toBeCloseTo(probability, 10)
  })

  test('each host port has the chance of its own node, though all lead to the same Service', () => {
    const containers = [mapped('a', { 8081: 30080 }), mapped('b', { 8082: 30080 }), mapped('c', { 8083: 30080 })]
    const { ports } = preflight(world({ containers }))
    expect(ports.map((port) => [port.hostPort, port.node, port.darkProbability])).toEqual([
      [8081, 'a', expect.closeTo(2 / 3)],
      [8082, 'b', expect.closeTo(2 / 3)],
      [8083, 'c', expect.closeTo(2 / 3)],
    ])
    expect(ports.flatMap((port) => port.remedies.map(({ text }) => text))).not.toContainEqual(
      expect.stringMatching(/^Keep/),
    )
  })

  test('other listen addresses of one host port do not clash', () => {
    const at = (listenAddress: string) => ({
      bindings: [{ listenAddress, hostPort: 80, containerPort: 30080, protocol: 'tcp' as const }],
    })
    const containers = [container('a', at('127.0.0.1')), container('b', at('127.0.0.2'))]
    expect(preflight(world({ containers })).ports.map(({ cause }) => cause)).toEqual(['etp_local', 'etp_local'])
  })

  test('a NodePort or LoadBalancer whose pods are reached by a mapped host port is no fault', () => {
    const services = [service({ type: 'LoadBalancer', ports: service().ports.map((one) => ({ ...one, nodePort: 0 })) })]
    const { ports, warnings } = preflight(hostPort({ services }))
    expect(ports.map(({ hostPort: port, cause }) => [port, cause])).toEqual([[8080, 'hostport_off']])
    expect(warnings.map(({ cause }) => cause)).toEqual(['lb_pending'])
  })
})

describe('network policies', () => {
  const policy = (ingress: IngressAllowance[] | null) => ({
    kind: 'NetworkPolicy' as const,
    namespace: 'default',
    name: 'isolate',
    uid: 'policy-isolate',
    resourceVersion: '1',
    createdAt: 0,
    pods: { matchLabels: {}, matchExpressions: [] },
    ingress,
  })

  test.each([
    ['lets nobody in', [], 'network_policy'],
    ['lets pods in and nobody else', [{ outsiders: false, ports: [] }], 'network_policy'],
    ['lets everybody in to another port', [{ outsiders: true, ports: ['9090'] }], 'network_policy'],
    ['lets everybody in to this port', [{ outsiders: true, ports: ['8080'] }], null],
    ['lets everybody in to a range with this port', [{ outsiders: true, ports: ['8000-8100'] }], null],
    ['lets everybody in to a range without it', [{ outsiders: true, ports: ['9000-9100'] }], 'network_policy'],
    ['speaks of egress alone', null, null],
    ['lets everybody in to this port by its name', [{ outsiders: true, ports: ['http'] }], null],
  ])('one that %s', (_, ingress, cause) => {
    expect(first(world({ services: [cluster()], policies: [policy(ingress)] }))?.cause).toBe(cause)
  })

  const by = (cidr: string, ...except: string[]) => [{ outsiders: true, blocks: [{ cidr, except }], ports: [] }]
  test.each<[string, IngressAllowance[], string, string | null]>([
    ['every port of UDP alone', [{ outsiders: true, ports: ['1-65535/UDP'] }], 'always_dark', 'network_policy'],
    ['this number of UDP alone', [{ outsiders: true, ports: ['8080/UDP'] }], 'always_dark', 'network_policy'],
    ['every port of TCP', [{ outsiders: true, ports: ['1-65535'] }], 'may_go_dark', 'etp_local'],
    ['a name that another port has', [{ outsiders: true, ports: ['dns'] }], 'always_dark', 'network_policy'],
    ['by addresses that no machine here has', by('203.0.113.0/24'), 'always_dark', 'network_policy'],
    [
      'by all addresses but private ones',
      by('0.0.0.0/0', '10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'),
      'always_dark',
      'network_policy',
    ],
    ['by all addresses', by('0.0.0.0/0'), 'may_go_dark', 'etp_local'],
    ['by all addresses but one abroad', by('0.0.0.0/0', '203.0.113.0/24'), 'may_go_dark', 'etp_local'],
    ['by some private addresses', by('192.168.10.0/24'), 'unknown', 'network_policy'],
    ['by all addresses but some private ones', by('0.0.0.0/0', '192.168.10.0/24'), 'unknown', 'network_policy'],
    ['by something that is no address', by('somewhere'), 'unknown', 'network_policy'],
    ['by an address of the other family', by('fd00::/8'), 'always_dark', 'network_policy'],
  ])('one that lets everybody in %s', (_, ingress, verdict, cause) => {
    expect(first(world({ policies: [policy(ingress)] }))).toMatchObject({ verdict, cause })
  })

  test('a name is that of the port with this protocol, whichever is declared first', () => {
    const ports = ['UDP', 'TCP'].map((protocol) => ({
      name: `dns-${protocol.toLowerCase()}`,
      containerPort: 8080,
      hostPort: 0,
      hostIP: '',
      protocol,
    }))
    const workloads = [deployment({ template: placement({ ports }) })]
    const policies = (name: string) => [policy([{ outsiders: true, ports: [name] }])]
    const given = (name: string) => world({ services: [cluster()], workloads, policies: policies(name) })
    expect(first(given('dns-tcp'))?.verdict).toBe('fine')
    expect(first(given('dns-udp'))?.cause).toBe('network_policy')
    expect(first(given('dns-udp/UDP'))?.cause).toBe('network_policy')
  })

  test('what one of two allows is allowed', () => {
    const policies = [policy([]), policy([{ outsiders: true, ports: [] }])]
    expect(first(world({ services: [cluster()], policies }))?.verdict).toBe('fine')
  })
})

describe('warnings', () => {
  const causes = (given: PreflightWorld) => preflight(given).warnings.map(({ cause }) => cause)
  const listening = (listenAddress: string) =>
    world({
      services: [cluster()],
      containers: [
        container('a', { bindings: [{ listenAddress, hostPort: 80, containerPort: 30080, protocol: 'tcp' }] }),
      ],
    })

  test.each([
    ['nothing on any address', listening('0.0.0.0'), []],
    ['127.0.0.1 only', listening('127.0.0.1'), ['listen_loopback', 'listen_family']],
    ['::1 only', listening('::1'), ['listen_loopback']],
    [
      'a rollout that has to wait for the port that it holds',
      hostPort({ nodes: [node('a')], workloads: [deployment({ template: withHostPort(80), ...surge })] }),
      ['surge_conflict'],
    ],
    [
      'a rollout that moves the pod',
      hostPort({ workloads: [deployment({ template: withHostPort(80), ...surge })] }),
      ['surge_conflict'],
    ],
    [
      'a DaemonSet with surge and a host port',
      hostPort({ workloads: [deployment({ kind: 'DaemonSet', template: withHostPort(80), ...surge })] }),
      ['surge_conflict'],
    ],
    ['surge without a host port', world({ workloads: [deployment(surge)] }), []],
    [
      'a targetPort that the pods do not declare',
      world({ services: [service({ ports: service().ports.map((one) => ({ ...one, targetPort: '9999' })) })] }),
      ['target_port_wrong'],
    ],
    [
      'an Ingress without a class while no class is the default',
      world({
        routes: [
          { kind: 'IngressClass', namespace: '', name: 'pilot', takesUnnamed: false },
          { kind: 'Ingress', namespace: 'default', name: 'web', className: null },
        ],
      }),
      ['route_missing'],
    ],
    [
      'an Ingress without a class that the default takes',
      world({
        routes: [
          { kind: 'IngressClass', namespace: '', name: 'pilot', takesUnnamed: true },
          { kind: 'Ingress', namespace: 'default', name: 'web', className: null },
        ],
      }),
      [],
    ],
  ])('%s', (_, given, expected) => expect(causes(given)).toEqual(expected))
})

describe("remedies are edits of the user's own objects", () => {
  const edits = (given: PreflightWorld) =>
    first(given)?.remedies.map((remedy) => remedy.edits.map(({ path, value }) => [path.join('.'), value]))

  test('policy Cluster, or a nodeSelector', () => {
    expect(edits(world())).toEqual([
      [['spec.externalTrafficPolicy', 'Cluster']],
      [['spec.template.spec.nodeSelector.kubernetes.io/hostname', 'a']],
    ])
  })

  test('a pod that is kept on a tainted node tolerates it', () => {
    const toleration = { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }
    expect(edits(hostPort({ containers: [mapped('cp', { 8080: 80 })] }))).toEqual([
      [
        ['spec.template.spec.nodeSelector.kubernetes.io/hostname', 'cp'],
        ['spec.template.spec.tolerations', toleration],
      ],
    ])
  })

  test('the label that no node has goes to the mapped one', () => {
    const given = world({ workloads: withTemplate({ nodeSelector: { disk: 'ssd' } }) })
    expect(edits(given)).toEqual([[['labels.disk', 'ssd']]])
  })

  test.each([
    ['policy Local', world()],
    ['a tainted mapped node', hostPort({ containers: [mapped('cp', { 8080: 80 })] })],
  ])('what is changed as told is fine then: %s', (_, given) => {
    const port = first(given)
    const pin = port?.remedies.at(-1)?.edits ?? []
    const template = { ...(given.workloads[0]?.template ?? placement()) }
    for (const { path, value } of pin) {
      if (path.includes('nodeSelector')) template.nodeSelector = { [String(path.at(-1))]: String(value) }
      else template.tolerations = [{ value: '', ...(value as { key: string; operator: 'Exists'; effect: string }) }]
    }
    expect(first({ ...given, workloads: [deployment({ template })] })?.verdict).toBe('fine')
  })

  test('nobody is told to keep pods at a node that does not hold their volume', () => {
    const { uid, resourceVersion, createdAt } = deployment()
    const identified = { uid: `${uid}-volume`, resourceVersion, createdAt }
    const elsewhere = { key: 'kubernetes.io/hostname', operator: 'In', values: ['gone'] }
    const nodeTerms = [{ matchExpressions: [elsewhere], matchFields: [] }]
    const given = world({
      workloads: withTemplate({ claims: ['data'] }),
      volumes: [
        { ...identified, kind: 'PersistentVolume', namespace: '', name: 'disk', nodeTerms },
        { ...identified, kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', volume: 'disk' },
      ],
    })
    expect(first(given)).toMatchObject({ verdict: 'always_dark', cause: 'pod_pending', remedies: [] })
  })

  test('a pin that leaves another selector unfulfilled is no fix', () => {
    const given = world({ workloads: withTemplate({ nodeSelector: { 'kubernetes.io/arch': 'riscv64' } }) })
    expect(first(given)).toMatchObject({ verdict: 'always_dark', cause: 'pod_pending', remedies: [] })
  })
})
