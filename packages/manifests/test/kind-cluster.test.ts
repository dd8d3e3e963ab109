import { describe, expect, test } from '@jest/globals'
import { KIND_HEAD, kindOf } from './source-of.ts'

const CONTROL = 'node-role.kubernetes.io/control-plane'
const nodes = (text: string) => kindOf(`${KIND_HEAD}${text}`).cluster?.nodes ?? []
const patch = (kind: string, registration: string) =>
  `  kubeadmConfigPatches:\n  - |\n    kind: ${kind}\n    nodeRegistration:\n      ${registration}\n`
const labels = (kind: string) => patch(kind, 'kubeletExtraArgs: {node-labels: "berth=north,deep="}')

const jsonPatch = (kind: string, path: string, value: string) =>
  `  kubeadmConfigPatchesJSON6902:\n  - group: kubeadm.k8s.io\n    version: v1beta3\n    kind: ${kind}\n    patch: |\n      - {op: add, path: ${path}, value: ${value}}\n`

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
      `- role: control-plane\n- role: worker\n${jsonPatch('JoinConfiguration', '/nodeRegistration/kubeletExtraArgs/-', '{name: node-labels, value: berth=north}')}`,
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
    expect(cluster?.warnings).toMatchObject([{ cause: 'pod_pending', line: 7, text: expect.stringContaining('berth') }])
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
    ['broken YAML', 'kind: Cluster\nname: [\n', 3],
    ['empty', '', 1],
    ['not a kind config', 'apiVersion: v1\nkind: Service\n', 2],
    ['two documents', `${KIND_HEAD}---\n${KIND_HEAD}`, 5],
  ])('%s', (_, text, line) => expect(kindOf(text).problems.map((problem) => problem.line)).toContain(line))
})
