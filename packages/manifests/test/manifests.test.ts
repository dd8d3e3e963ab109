import { describe, expect, test } from '@jest/globals'
import { manifestsOf } from './source-of.ts'

const service = (name: string, more = '') =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  type: NodePort\n  selector:\n    app: ${name}\n  ports:\n  - port: 80\n${more}`
const workload = (kind: string, name: string, spec: string, more = '') =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${more}  template:\n    metadata:\n      labels:\n        app: ${name}\n    spec:\n${spec}`
const containers =
  '      containers:\n      - name: main\n        image: web\n        ports:\n        - containerPort: 8080\n'

describe('where objects are found', () => {
  test('in several documents and files', () => {
    const { services } = manifestsOf(`# first\n${service('a')}---\n${service('b')}...\n`, service('c'))
    expect(services.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test('in Lists, each with its line', () => {
    const items = '- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {}}\n'
    const { services, places } = manifestsOf(`apiVersion: v1\nkind: List\nitems:\n${items}${items.replace('a}', 'b}')}`)
    expect(services.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(places.get('Service/default/b')).toMatchObject({ line: 5, path: ['items', 1] })
  })

  test('in JSON', () => {
    const text = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "n"}, "spec": {}}'
    expect(manifestsOf(text).services).toMatchObject([{ name: 'a', namespace: 'n', type: 'ClusterIP' }])
  })

  test('other kinds, values files and kinds of the same name elsewhere are left out', () => {
    const knative = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: k}\nspec: {template: {}}\n'
    const { services, problems } = manifestsOf(
      knative,
      'replicas: 3\n',
      'kind: Widget\nspec: 3\n',
      'apiVersion: v1\nkind: constructor\nmetadata: {name: x}\n',
      '# nothing\n',
      '',
    )
    expect({ services, problems }).toEqual({ services: [], problems: [] })
  })
})

describe('what is taken from a workload', () => {
  test.each([
    ['Deployment', '', { replicas: 1, rollout: { surge: 1, unavailable: 0 } }],
    ['Deployment', '  replicas: 8\n', { replicas: 8, rollout: { surge: 2, unavailable: 2 } }],
    ['Deployment', '  strategy: {type: Recreate}\n', { rollout: { surge: 0, unavailable: 1 } }],
    [
      'Deployment',
      '  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}\n',
      { rollout: { surge: 0, unavailable: 1 } },
    ],
    ['DaemonSet', '', { rollout: { surge: 0, unavailable: 1 } }],
    [
      'DaemonSet',
      '  updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n',
      { rollout: { surge: 1, unavailable: 0 } },
    ],
  ])('%s %s', (kind, more, expected) => {
    expect(manifestsOf(workload(kind, 'web', containers, more)).workloads).toMatchObject([expected])
  })

  test('empty values, as templates leave them, count as absent', () => {
    const spec = `      nodeSelector:\n      tolerations:\n      affinity:\n${containers}`
    expect(manifestsOf(workload('Deployment', 'web', spec)).problems).toEqual([])
  })

  test('rules on other pods', () => {
    const spec = `      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - topologyKey: kubernetes.io/hostname
            labelSelector: {matchLabels: {app: web}}
      topologySpreadConstraints:
      - {topologyKey: zone, maxSkew: 2, whenUnsatisfiable: DoNotSchedule}
      - {topologyKey: zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway}
${containers}`
    expect(manifestsOf(workload('Deployment', 'web', spec)).workloads[0]?.template.podRules).toMatchObject([
      { kind: 'apart', topologyKey: 'kubernetes.io/hostname', selector: { matchLabels: { app: 'web' } } },
      { kind: 'spread', topologyKey: 'zone', maxSkew: 2 },
    ])
  })

  test('a nodeName passes the scheduler by', () => {
    const { template } =
      manifestsOf(workload('Deployment', 'web', `      nodeName: dev-worker\n${containers}`)).workloads[0] ?? {}
    expect(template?.tolerations).toMatchObject([{ key: '', operator: 'Exists' }])
    expect(template?.requiredNodeTerms[0]?.matchFields).toEqual([
      { key: 'metadata.name', operator: 'In', values: ['dev-worker'] },
    ])
  })
})

describe('what kubectl and the API server take', () => {
  const head = (kind: string) => `apiVersion: ${kind === 'Deployment' ? 'apps/v1' : 'v1'}\nkind: ${kind}\n`

  test.each([
    ['fields without a value', `${head('Service')}metadata:\n  name: a\n  labels:\n  annotations:\nspec:\n`],
    ['metadata without a value', `${head('Service')}metadata:\nspec: {type:, ports:, selector:}\n`],
    ['an empty text for an absent one', `${head('Service')}spec: {type: "", externalTrafficPolicy: ""}\n`],
    ['a label without a value', `${head('Pod')}metadata: {labels: {a: , b: ~}}\nspec: {containers: []}\n`],
    ['truths of YAML 1.1', `${head('Pod')}spec: {hostNetwork: yes}\n`],
    ['octal numbers and underscores', `${head('Service')}spec: {ports: [{port: 0120, nodePort: 30_080}]}\n`],
    ['a number for a target port', `${head('Service')}spec: {ports: [{port: 80, targetPort: 8080}]}\n`],
    ['comments alone', '# one\n---\n# two\n'],
    ['JSON with tabs', '{\n\t"apiVersion": "v1",\n\t"kind": "Service",\n\t"spec": {\n\t\t"ports": []\n\t}\n}\n'],
  ])('%s', (_, text) => expect(manifestsOf(text).problems).toEqual([]))

  test.each([
    ['a label that is a number', `${head('Service')}metadata: {labels: {tier: 1}}\n`, 'metadata.labels.tier'],
    [
      'an annotation that is a truth',
      `${head('Service')}metadata: {annotations: {a: true}}\n`,
      'metadata.annotations.a',
    ],
    ['a selector of YAML 1.1', `${head('Service')}spec: {selector: {ready: on}}\n`, 'spec.selector.ready'],
    ['a name that is a number', `${head('Service')}metadata: {name: 12}\n`, 'metadata.name'],
  ])('not %s', (_, text, where) =>
    expect(manifestsOf(text).problems).toMatchObject([
      { line: 3, message: expect.stringMatching(`^${where}: .*\\(write it in quotes\\)$`) },
    ]),
  )

  test('anchors and merge keys', () => {
    const text = `${head('Service')}metadata: {name: a}
spec:
  type: NodePort
  ports:
  - &port {port: 80, nodePort: 30080, protocol: TCP}
  - {<<: *port, port: 81, nodePort: 30081}
  - <<: [{nodePort: 30082}, *port]
    port: 82
`
    const { services, problems } = manifestsOf(text)
    expect(problems).toEqual([])
    expect(services[0]?.ports.map(({ port, nodePort }) => [port, nodePort])).toEqual([
      [80, 30080],
      [81, 30081],
      [82, 30082],
    ])
  })

  test('one anchor used very often', () => {
    const ports = Array.from({ length: 500 }, (_, index) => `  - {<<: *base, port: ${index + 1}}\n`).join('')
    const text = `${head('Service')}metadata: {name: a, annotations: &base {}}\nspec:\n  ports:\n${ports}`
    expect(manifestsOf(text)).toMatchObject({ problems: [], services: [{ ports: expect.any(Array) }] })
  })
})

describe('network policies', () => {
  const policy = (spec: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ${spec}\n`
  test.each([
    ['{podSelector: {}}', []],
    ['{podSelector: {}, ingress: [{}]}', [{ outsiders: true, ports: [] }]],
    ['{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}', [{ outsiders: false, ports: [] }]],
    [
      '{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80}, {port: web}]}]}',
      [{ outsiders: true, blocks: [{ cidr: '10.0.0.0/8', except: [] }], ports: ['80', 'web'] }],
    ],
    [
      '{ingress: [{ports: [{port: 8000, endPort: 8100}]}, {ports: [{protocol: TCP}]}]}',
      [
        { outsiders: true, ports: ['8000-8100'] },
        { outsiders: true, ports: ['1-65535'] },
      ],
    ],
    ['{policyTypes: [Egress]}', null],
  ])('%s', (spec, ingress) => expect(manifestsOf(policy(spec)).policies).toMatchObject([{ ingress }]))
})

test.each([
  [
    'aliases of aliases',
    `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefg'.replaceAll(/./g, (name) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1)
      return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]\n`
    })}`,
    /Excessive alias count/,
  ],
  [
    'a List that holds itself',
    'a: &a\n  kind: List\n  items: [*a]\n'.replace('a: &a\n', '&a\n'),
    /Lists in each other/,
  ],
])('%s is a fault of its file, not of Portolan', (_, text, message) => {
  expect(manifestsOf(text).problems).toMatchObject([
    { line: expect.any(Number), message: expect.stringMatching(message) },
  ])
})

test.each([-5, 2 ** 31, 1e9])('%d replicas are refused, or as good as very many', (replicas) => {
  const { problems, workloads } = manifestsOf(workload('Deployment', 'a', containers, `  replicas: ${replicas}\n`))
  expect(problems.length > 0 || workloads.length === 1).toBe(true)
  expect(problems.length > 0).toBe(replicas !== 1e9)
})

test('of two equal keys the last counts, as kubectl takes it, and a note says so', () => {
  const { services, problems, notes } = manifestsOf(
    service('a').replace('  type: NodePort\n', '  type: ClusterIP\n  type: NodePort\n'),
  )
  expect({ problems, types: services.map(({ type }) => type) }).toEqual({ problems: [], types: ['NodePort'] })
  expect(notes).toEqual([{ file: '0.yaml', line: 7, text: expect.stringContaining('The key type is repeated') }])
})

test('every fault is told at once, with file and line', () => {
  const wrong = service('a').replace('NodePort', 'Sometimes').replace('port: 80', 'port: eighty')
  const { problems, services } = manifestsOf(`${wrong}---\nkind: Pod\n metadata: x\n`, service('b'))
  expect(services.map(({ name }) => name)).toEqual(['b'])
  expect(problems).toEqual([
    { file: '0.yaml', line: 6, message: expect.stringContaining('spec.type') },
    { file: '0.yaml', line: 10, message: expect.stringContaining('spec.ports.0.port') },
    { file: '0.yaml', line: 12, message: expect.stringContaining('not valid YAML') },
  ])
})

describe('of long output only what concerns a port is read', () => {
  const filler = Array.from({ length: 60 }, (_, index) =>
    workload('Deployment', `bulk${index}`, `${containers}#${'x'.repeat(4000)}\n`),
  )
  const read = (...documents: string[]) => manifestsOf([...filler, ...documents].join('---\n'))
  const names = (...documents: string[]) => read(...documents).workloads.map(({ name }) => name)

  test('the pods behind an exposed Service', () => {
    expect(names(service('web'), workload('Deployment', 'web', containers))).toEqual(['web'])
  })

  test('pods with a host port', () => {
    expect(
      names(
        workload('DaemonSet', 'edge', containers.replace('containerPort', 'hostPort: 80\n          containerPort')),
      ),
    ).toEqual(['edge'])
  })

  test('all, where a Service finds no pods', () => {
    expect(names(service('lost'))).toHaveLength(60)
  })
})

test('of very many faults of one document the first thousand are told, and how many more there are', () => {
  const labels = Array.from({ length: 1200 }, (_, index) => `    label-${index}: ${index}`).join('\n')
  const { problems } = manifestsOf(
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels:\n${labels}\nspec: {}\n`,
  )
  expect(problems).toHaveLength(1001)
  expect(problems.at(-1)?.message).toBe('has 200 more faults')
})
