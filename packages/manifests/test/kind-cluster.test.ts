import { describe, expect, test } from '@jest/globals'
import { KIND_HEAD, kindOf } from './source-of.ts'

const CONTROL = 'node-role.kubernetes.io/control-plane'
const nodes = (text: string) => kindOf(`${KIND_HEAD}${text}`).cluster?.nodes ?? []
const patch = (kind: string, registration: string) =>
  `  kubeadmConfigPatches:\n  - |\n    kind: ${kind}\n    nodeRegistration:\n      ${registration}\n`
const labels = (kind: string) => patch(kind, 'kubeletExtraArgs: {node-labels: "berth=north,deep="}')

const jsonPatch = (kind: string, path: string, value: string, version = 'v1beta3') =>
  `  kubeadmConfigPatchesJSON6902:\n  - group: kubeadm.k8s.io\n    version: ${version}\n    kind: ${kind}\n    patch: |\n      - {op: add, path: ${path}, value: ${value}}\n`

const nodePorts = (range: string) =>
  `{kind: ClusterConfiguration, apiServer: {extraArgs: {service-node-port-range: ${range}}}}`
const mapped = (...mappings: string[]) =>
  `nodes:\n- extraPortMappings:\n${mappings.map((mapping) => `  - ${mapping}\n`).join('')}`

describe('a JSON patch', () => {
  const patched = (operation: string) =>
    kindOf(
      `${KIND_HEAD}nodes:\n- role: control-plane\n  kubeadmConfigPatchesJSON6902:\n  - {group: kubeadm.k8s.io, version: v1beta4, kind: InitConfiguration, patch: '[${operation}]'}\n`,
    )

  test('takes away without a value', () => {
    const { cluster, problems } = patched('{op: remove, path: /nodeRegistration/kubeletExtraArgs}')
    expect(problems).toEqual([])
    expect(cluster?.nodes).toHaveLength(1)
  })

  test('takes null for a value that is absent', () => {
    expect(patched('{op: add, path: /x}, {op: test, path: /x, value: null}').problems).toEqual([])
  })

  test.each([
    '{op: replace, path: "", value: null}',
    '{op: replace, path: "", value: [1]}',
    '{op: remove, path: ""}',
    '{op: copy, from: /kind, path: ""}',
  ])('that leaves no map is a problem at its line: %s', (operation) => {
    expect(patched(operation)).toMatchObject({
      cluster: null,
      problems: [
        { line: 7, message: expect.stringContaining('cannot be applied to InitConfiguration: it leaves no map') },
      ],
    })
  })
})

describe('the nodes that kind makes', () => {
  test('are named by their role and number', () => {
    const names = nodes('nodes:\n- role: worker\n- role: control-plane\n- role: worker\n- role: control-plane\n')
    expect(names.map(({ name }) => name)).toEqual([
      'dev-worker',
      'dev-control-plane',
      'dev-worker2',
      'dev-control-plane2',
    ])
  })

  test('are a lone control plane unless told otherwise', () => {
    expect(nodes('')).toMatchObject([{ name: 'dev-control-plane', taints: [], labels: { [CONTROL]: '' } }])
  })

  test.each([
    ['alone', 'nodes:\n- role: control-plane\n', false],
    ['beside a worker', 'nodes:\n- role: control-plane\n- role: worker\n', true],
    ['beside other control planes', 'nodes:\n- role: control-plane\n- role: control-plane\n', true],
    [
      'told to have no taint',
      `nodes:\n- role: control-plane\n${patch('InitConfiguration', 'taints: []')}- role: worker\n`,
      false,
    ],
    [
      'told to have no taint by a JSON patch',
      `nodes:\n- role: control-plane\n${jsonPatch('InitConfiguration', '/nodeRegistration/taints', '[]')}- role: worker\n`,
      false,
    ],
  ])('a control plane is tainted or not: %s', (_, text, isTainted) => {
    expect(nodes(text)[0]?.taints).toEqual(isTainted ? [{ key: CONTROL, value: '', effect: 'NoSchedule' }] : [])
  })

  describe('taints of a KubeletConfiguration', () => {
    const taint = (key: string) => `{key: ${key}, effect: NoSchedule}`
    const ofKubelet = `kubeadmConfigPatches: ['{kind: KubeletConfiguration, registerWithTaints: [${taint('moor')}]}']\n`
    const keys = (text: string) => nodes(text).map(({ taints }) => taints.map(({ key }) => key))
    const worker = (registration: string) =>
      `nodes:\n- role: worker\n${registration}- role: control-plane\n- role: worker\n`

    test('hold every node of the cluster, as the kubelet registers it', () => {
      expect(keys(`${ofKubelet}${worker('')}`)).toEqual([['moor'], [CONTROL, 'moor'], ['moor']])
      expect(keys(ofKubelet)).toEqual([['moor']])
    })

    test('give way to those of a flag, which kubeadm sets for the taints of a worker', () => {
      const own = patch('JoinConfiguration', `taints: [${taint('berth')}]`)
      expect(keys(`${ofKubelet}${worker(own)}`)).toEqual([['berth'], [CONTROL, 'moor'], ['moor']])
      const flag = patch('JoinConfiguration', 'kubeletExtraArgs: {register-with-taints: "berth=:NoSchedule"}')
      expect(keys(`${ofKubelet}${worker(flag)}`)).toEqual([['berth'], [CONTROL, 'moor'], ['moor']])
    })

    test('count on the first control plane alone, of whose KubeletConfiguration all nodes are made', () => {
      const own = `  kubeadmConfigPatches: ['{kind: KubeletConfiguration, registerWithTaints: [${taint('berth')}]}']\n`
      expect(keys(worker(own))).toEqual([[], [CONTROL], []])
    })
  })

  test.each([
    ['InitConfiguration on the first control plane', 0, `- role: control-plane\n${labels('InitConfiguration')}`, true],
    ['JoinConfiguration on the first control plane', 0, `- role: control-plane\n${labels('JoinConfiguration')}`, false],
    [
      'InitConfiguration on a worker',
      1,
      `- role: control-plane\n- role: worker\n${labels('InitConfiguration')}`,
      false,
    ],
    ['JoinConfiguration on a worker', 1, `- role: control-plane\n- role: worker\n${labels('JoinConfiguration')}`, true],
    [
      'kubeadm v1beta4, which lists arguments',
      0,
      `- role: control-plane\n${patch('InitConfiguration', 'kubeletExtraArgs: [{name: node-labels, value: berth=north}]')}`,
      true,
    ],
    ['the labels field on a worker', 1, '- role: control-plane\n- role: worker\n  labels: {berth: north}\n', true],
    [
      'the labels field, which a patch replaces',
      0,
      `- role: control-plane\n  labels: {berth: south}\n${labels('InitConfiguration')}`,
      true,
    ],
    [
      'a patch for the whole cluster',
      1,
      `- role: control-plane\n- role: worker\nkubeadmConfigPatches:\n- "kind: JoinConfiguration\\nnodeRegistration: {kubeletExtraArgs: {node-labels: berth=north}}"\n`,
      true,
    ],
    [
      'a JSON patch',
      1,
      `- role: control-plane\n- role: worker\n${jsonPatch('JoinConfiguration', '/nodeRegistration/kubeletExtraArgs/node-labels', '"berth=north"')}`,
      true,
    ],
    [
      'a JSON patch for kubeadm v1beta4, which lists arguments',
      1,
      `- role: control-plane\n- role: worker\n${jsonPatch('JoinConfiguration', '/nodeRegistration/kubeletExtraArgs/-', '{name: node-labels, value: berth=north}', 'v1beta4')}`,
      true,
    ],
    [
      'a JSON patch of the wrong kind',
      1,
      `- role: control-plane\n- role: worker\n${jsonPatch('InitConfiguration', '/nodeRegistration/kubeletExtraArgs/node-labels', '"berth=north"')}`,
      false,
    ],
  ])('a label arrives or not: %s', (_, index, text, arrives) => {
    expect(nodes(`nodes:\n${text}`)[index]?.labels['berth']).toBe(arrives ? 'north' : undefined)
  })

  test('a label that never arrives is warned of, with its line', () => {
    const { cluster } = kindOf(
      `${KIND_HEAD}nodes:\n- role: control-plane\n- role: worker\n${labels('InitConfiguration')}`,
    )
    expect(cluster?.warnings).toMatchObject([{ cause: 'pod_pending', line: 8, text: expect.stringContaining('berth') }])
  })

  test('publish what is mapped, on any address unless told otherwise', () => {
    const mappings =
      '[{containerPort: 80, hostPort: 8080}, {containerPort: 53, hostPort: 53, protocol: udp, listenAddress: "::1"}]'
    expect(kindOf(`${KIND_HEAD}nodes:\n- extraPortMappings: ${mappings}\n`).cluster?.containers[0]?.bindings).toEqual([
      { listenAddress: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' },
      { listenAddress: '::1', hostPort: 53, containerPort: 53, protocol: 'udp' },
    ])
  })

  test('a host port that nobody chose is warned of', () => {
    const { cluster } = kindOf(`${KIND_HEAD}nodes:\n- extraPortMappings:\n  - containerPort: 80\n    hostPort: -1\n`)
    expect(cluster?.warnings).toMatchObject([{ cause: 'hostport_random', line: 6 }])
  })
})

describe('a config that kind takes', () => {
  test.each([
    [
      'scalars for texts',
      'name: 12\nnodes:\n- labels: {pool: 3, spare: true, version: 1.30, hex: 0x1F}\n  image: 1.30\n',
    ],
    ['fields without a value', 'name:\nnodes:\nnetworking:\nfeatureGates:\nkubeadmConfigPatches:\n'],
    [
      'fields of a node without a value',
      'nodes:\n- role:\n  image:\n  labels:\n  extraMounts:\n  extraPortMappings:\n',
    ],
    ['fields of a mapping without a value', mapped('{containerPort: 80, hostPort: , listenAddress: , protocol: ~}')],
    ['items without a value', 'nodes:\n-\n- role: control-plane\n  extraPortMappings:\n  -\n  - containerPort: 80\n'],
    [
      'a protocol in any case',
      mapped('{containerPort: 1, hostPort: 80, protocol: Tcp}', '{containerPort: 1, hostPort: 80, protocol: uDP}'),
    ],
    [
      'one host port on two addresses',
      mapped(
        '{containerPort: 1, hostPort: 80, listenAddress: 127.0.0.1}',
        '{containerPort: 1, hostPort: 80, listenAddress: 127.0.0.2}',
      ),
    ],
    [
      'a random host port twice',
      mapped(
        '{containerPort: 1}',
        '{containerPort: 1}',
        '{containerPort: 1, hostPort: -1}',
        '{containerPort: 1, hostPort: -1}',
      ),
    ],
    ['other ways to write a number', mapped('{containerPort: 0x50, hostPort: 8_080}')],
    ['a word for a truth', 'networking:\n  disableDefaultCNI: yes\nfeatureGates: {A: on, B: false}\n'],
    [
      'a network of its own',
      'networking: {apiServerAddress: 0.0.0.0, apiServerPort: -1, dnsSearch: [a], podSubnet: 10.1.0.0/16}\n',
    ],
    [
      'two subnets for both families',
      'networking: {ipFamily: dual, podSubnet: "10.1.0.0/16,fd00:1::/64", serviceSubnet: "10.2.0.0/16"}\n',
    ],
    ['a second document, whatever it is', '---\nkind: Cluster\nname: [\n'],
    [
      'patches of several documents',
      `kubeadmConfigPatches:\n- |\n  ---\n  # nothing\n  ---\n  kind: InitConfiguration\n  ---\n  kind: JoinConfiguration\n`,
    ],
  ])('%s', (_, text) => {
    expect(kindOf(`kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n${text}`)).toMatchObject({
      problems: [],
      cluster: { name: expect.any(String) },
    })
  })

  test('with comments above its first document', () => {
    expect(kindOf(`# one\n---\n${KIND_HEAD}`).cluster?.name).toBe('dev')
  })

  test('labels are what is written, in whatever way', () => {
    expect(nodes('nodes:\n- labels: {a: 1.30, b: true, c: 010, d: , e: "x"}\n')[0]?.labels).toMatchObject({
      a: '1.30',
      b: 'true',
      c: '010',
      d: '',
      e: 'x',
    })
  })

  test('merge keys, which a node may override', () => {
    const text = 'nodes:\n- &plain\n  role: worker\n  labels: {a: b}\n- <<: *plain\n  role: control-plane\n'
    expect(nodes(text)).toMatchObject([
      { name: 'dev-worker', labels: { a: 'b' } },
      { name: 'dev-control-plane', labels: { a: 'b' } },
    ])
  })

  test('a name that is given beats its own', () => {
    const { cluster } = kindOf(KIND_HEAD, 'lab')
    expect(cluster?.nodes.map(({ name }) => name)).toEqual(['lab-control-plane'])
  })
})

test('very many patches for very many nodes are a fault of the file, and none is applied', () => {
  const patches = `kubeadmConfigPatches:\n${'- "kind: JoinConfiguration"\n'.repeat(2000)}`
  const { cluster, problems } = kindOf(`${KIND_HEAD}${patches}nodes:\n${'- role: control-plane\n'.repeat(2000)}`)
  expect(cluster).toBeNull()
  expect(problems).toMatchObject([
    { line: 1, message: expect.stringMatching(/patches, .* longer than 200000 characters/) },
  ])
})

test('more port mappings than there are NodePorts by far are a fault of the file', () => {
  const mappings = '  - {containerPort: 80, hostPort: 0}\n'.repeat(10_001)
  const { cluster, problems } = kindOf(`${KIND_HEAD}nodes:\n- extraPortMappings:\n${mappings}`)
  expect(cluster).toBeNull()
  expect(problems).toMatchObject([{ line: 1, message: expect.stringContaining('more than 10000') }])
})

describe('a kubeadm patch', () => {
  const labelled = (version: string, image = '') =>
    kindOf(
      `${KIND_HEAD}nodes:\n- role: control-plane\n  image: "${image}"\n${patch('InitConfiguration', 'kubeletExtraArgs: {node-labels: "berth=north"}').replace('kind:', `apiVersion: kubeadm.k8s.io/${version}\n    kind:`)}`,
    ).cluster

  test.each([
    ['v1beta3', 'kindest/node:v1.27.3', true],
    ['v1beta2', 'kindest/node:v1.27.3', false],
    ['v1beta2', 'kindest/node:v1.22.1@sha256:aa', true],
    ['v1beta2', '', false],
    ['v1beta3', '', true],
    ['v1beta3', 'kindest/node:v1.36.0', false],
  ])('of %s, for the image "%s", arrives: %s', (version, image, arrives) => {
    const cluster = labelled(version, image)
    expect(cluster?.nodes[0]?.labels['berth']).toBe(arrives ? 'north' : undefined)
    expect(cluster?.warnings.map(({ text }) => text)).toEqual(
      arrives ? [] : [expect.stringContaining('kind skips this patch')],
    )
  })

  test('for JSON whose version has no group is skipped', () => {
    const text = jsonPatch('InitConfiguration', '/nodeRegistration/taints', '[]').replace(
      '  - group: kubeadm.k8s.io\n    ',
      '  - ',
    )
    expect(nodes(`nodes:\n- role: control-plane\n${text}- role: worker\n`)[0]?.taints).toHaveLength(1)
  })

  test('in one string with others does what it says', () => {
    const text = `kubeadmConfigPatches:
- |
  # first
  ---
  kind: InitConfiguration
  nodeRegistration: {kubeletExtraArgs: {node-labels: berth=north}}
  --- # second
  kind: JoinConfiguration
  nodeRegistration: {kubeletExtraArgs: {node-labels: berth=south}}
nodes: [{role: control-plane}, {role: worker}]
`
    expect(nodes(text).map(({ labels }) => labels['berth'])).toEqual(['north', 'south'])
  })
})

describe('how the cluster serves NodePorts', () => {
  const network = (text: string) => kindOf(`${KIND_HEAD}${text}`).cluster?.network
  const patched = (text: string) => network(`kubeadmConfigPatches:\n- |\n  ${text.replaceAll('\n', '\n  ')}\n`)

  test('is as usual unless a config says otherwise', () => {
    expect(network('')).toEqual({
      family: 'ipv4',
      hasPodNetwork: true,
      proxyMode: 'iptables',
      nodePortAddresses: [],
      apiServer: null,
      servesBalancers: false,
      edgePorts: [],
      nodePortRange: { first: 30000, last: 32767 },
      serviceRanges: ['10.96.0.0/16'],
    })
  })

  test.each([
    ['networking: {ipFamily: dual}', { family: 'dual' }],
    ['networking: {disableDefaultCNI: true}', { hasPodNetwork: false }],
    ['networking: {kubeProxyMode: none}', { proxyMode: 'none' }],
    ['networking: {kubeProxyMode: nftables}', { proxyMode: 'nftables' }],
  ])('%s', (text, expected) => expect(network(`${text}\n`)).toMatchObject(expected))

  test.each([
    ['kind: KubeProxyConfiguration\nmode: ipvs', { proxyMode: 'ipvs' }],
    ['kind: KubeProxyConfiguration\nmode: ""', { proxyMode: 'iptables' }],
    [
      'kind: KubeProxyConfiguration\nnodePortAddresses: [127.0.0.0/8, primary]',
      { nodePortAddresses: ['127.0.0.0/8', 'primary'] },
    ],
    [
      'apiVersion: kubeproxy.config.k8s.io/v1alpha2\nkind: KubeProxyConfiguration\nmode: ipvs',
      { proxyMode: 'iptables' },
    ],
    ['kind: InitConfiguration\nskipPhases: [addon/kube-proxy]', { proxyMode: 'none' }],
    [nodePorts('80-32767'), { nodePortRange: { first: 80, last: 32767 } }],
    [nodePorts('30000+10'), { nodePortRange: { first: 30000, last: 30010 } }],
    [nodePorts('"30000"'), { nodePortRange: { first: 30000, last: 30000 } }],
    [
      'kind: ClusterConfiguration\napiServer:\n  extraArgs:\n  - {name: service-node-port-range, value: 80-90}',
      { nodePortRange: { first: 80, last: 90 } },
    ],
    [`kind: KubeletConfiguration\n---\n${nodePorts('1-2')}`, { nodePortRange: { first: 1, last: 2 } }],
  ])('%s', (text, expected) => expect(patched(text)).toMatchObject(expected))

  test('a patch of the first control plane counts, of another node it does not, and a note says so', () => {
    const own = `  kubeadmConfigPatches: ['${nodePorts('1-2')}']\n`
    expect(network(`nodes:\n- role: control-plane\n${own}`)?.nodePortRange).toEqual({ first: 1, last: 2 })
    const { cluster, notes } = kindOf(`${KIND_HEAD}nodes:\n- role: control-plane\n- role: worker\n${own}`)
    expect(cluster?.network.nodePortRange).toEqual({ first: 30000, last: 32767 })
    expect(notes).toEqual([{ file: 'kind.yaml', line: 7, text: expect.stringContaining('first control plane alone') }])
  })

  test('a JSON patch counts as well', () => {
    const text = jsonPatch('KubeProxyConfiguration', '/mode', 'nftables').replace(
      'group: kubeadm.k8s.io\n    version: v1beta3',
      'group: kubeproxy.config.k8s.io\n    version: v1alpha1',
    )
    expect(network(`nodes:\n- role: control-plane\n${text}`)?.proxyMode).toBe('nftables')
  })
})

describe('a config that kind would refuse', () => {
  test('has each of its faults named, with its line', () => {
    const text = `${KIND_HEAD}nodes:\n- role: master\n  extraPortMapping: []\n- extraPortMappings:\n  - containerPort: 99999\n`
    expect(kindOf(text)).toMatchObject({
      cluster: null,
      problems: [
        { file: 'kind.yaml', line: 5, message: expect.stringContaining('nodes.0.role: Invalid option') },
        { file: 'kind.yaml', line: 6, message: 'has no field extraPortMapping in nodes.0' },
        { file: 'kind.yaml', line: 8, message: expect.stringContaining('nodes.1.extraPortMappings.0.containerPort') },
      ],
    })
  })

  test.each([
    ['plain text', 'port notes\n'],
    ['a list', '- kind: Cluster\n'],
  ])('is named as none where it is %s', (_, text) => {
    const message = 'is not a kind config: expected an object with kind: Cluster'
    expect(kindOf(text).problems).toEqual([{ file: 'kind.yaml', line: 1, message }])
  })

  test.each([
    ['broken YAML', 'kind: Cluster\nname: [\n', 3],
    ['empty', '', 1],
    ['not a kind config', 'apiVersion: v1\nkind: Service\n', 2],
    ['a name of other letters', KIND_HEAD.replace('dev', 'Dev_1'), 3],
    ['no control plane', `${KIND_HEAD}nodes:\n- role: worker\n`, 4],
    [
      'a host port twice',
      `${KIND_HEAD}${mapped('{containerPort: 1, hostPort: 80}', '{containerPort: 2, hostPort: 80}')}`,
      7,
    ],
    [
      'a host port on any and on one address',
      `${KIND_HEAD}${mapped('{containerPort: 1, hostPort: 80, listenAddress: 127.0.0.1}', '{containerPort: 2, hostPort: 80, listenAddress: "::"}')}`,
      7,
    ],
    [
      'one address in two spellings',
      `${KIND_HEAD}${mapped('{containerPort: 1, hostPort: 80, listenAddress: "::1"}', '{containerPort: 2, hostPort: 80, listenAddress: "0:0:0:0:0:0:0:1"}')}`,
      7,
    ],
    [
      'a listen address that is a name',
      `${KIND_HEAD}${mapped('{containerPort: 1, hostPort: 80, listenAddress: localhost}')}`,
      6,
    ],
    ['a host port out of range', `${KIND_HEAD}${mapped('{containerPort: 1, hostPort: 65536}')}`, 6],
    ['a host port in quotes', `${KIND_HEAD}${mapped('{containerPort: 1, hostPort: "80"}')}`, 6],
    ['another protocol', `${KIND_HEAD}${mapped('{containerPort: 1, protocol: http}')}`, 6],
    ['a key twice', `${KIND_HEAD}nodes: []\nnodes: []\n`, 5],
    ['an unknown family', `${KIND_HEAD}networking:\n  ipFamily: IPv4\n`, 5],
    ['an unknown proxy mode', `${KIND_HEAD}networking:\n  kubeProxyMode: userspace\n`, 5],
    ['an unknown field of the network', `${KIND_HEAD}networking:\n  podCIDR: 10.0.0.0/8\n`, 5],
    ['a subnet that is none', `${KIND_HEAD}networking:\n  podSubnet: 10.0.0.0\n`, 5],
    ['a subnet of another family', `${KIND_HEAD}networking:\n  ipFamily: ipv6\n  podSubnet: 10.0.0.0/16\n`, 6],
    ['two subnets of one family', `${KIND_HEAD}networking:\n  serviceSubnet: 10.0.0.0/16,10.1.0.0/16\n`, 5],
    ['an API server port out of range', `${KIND_HEAD}networking:\n  apiServerPort: 70000\n`, 5],
    ['a map for a text', `${KIND_HEAD}nodes:\n- labels: {a: {b: c}}\n`, 5],
    ['an unknown field that is merged in', `${KIND_HEAD}nodes:\n- &a {role: control-plane}\n- {<<: *a, size: 3}\n`, 6],
    ['a patch that is no YAML', `${KIND_HEAD}kubeadmConfigPatches:\n- 'a: ['\n`, 5],
    ['a patch that is no map', `${KIND_HEAD}kubeadmConfigPatches:\n- just text\n`, 5],
    [
      'a JSON patch that is no list',
      `${KIND_HEAD}kubeadmConfigPatchesJSON6902:\n- {kind: InitConfiguration, patch: 'a: b'}\n`,
      5,
    ],
    [
      'a JSON patch without its place',
      `${KIND_HEAD}nodes:\n- role: control-plane\n${jsonPatch('InitConfiguration', '/nowhere/at/all', '1')}`,
      7,
    ],
    ['a range of NodePorts that is none', `${KIND_HEAD}kubeadmConfigPatches:\n- '${nodePorts('lots')}'\n`, 5],
    [
      'an unknown mode of kube-proxy in a patch',
      `${KIND_HEAD}kubeadmConfigPatches:\n- '{kind: KubeProxyConfiguration, mode: fast}'\n`,
      5,
    ],
  ])('%s', (_, text, line) => expect(kindOf(text).problems.map((problem) => problem.line)).toContain(line))
})
