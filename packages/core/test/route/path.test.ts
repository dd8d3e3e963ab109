import { describe, expect, test } from '@jest/globals'
import type { EndpointSliceSnapshot, ObjectSnapshot, PodSnapshot } from '../../src/index.ts'
import { createInventory, updateInventory } from '../../src/cluster/inventory.ts'
import { readMappings } from '../../src/route/mapping.ts'
import { joinPath, servesOnMappedNode, servingNodes } from '../../src/route/path.ts'
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

function join(...objects: ObjectSnapshot[]) {
  const inventory = createInventory()
  const containers = [mapped('a', { 8080: 30080 }), container('b')]
  updateInventory(inventory, { kind: 'containers', containers }, 0)
  for (const object of [node('a'), node('b'), ...objects])
    updateInventory(inventory, { kind: 'object', change: 'set', object }, 0)
  const [mapping] = readMappings(containers)
  if (mapping === undefined) throw new Error('no mapping')
  return joinPath(inventory, mapping)
}

const leaving = (name: string, on: string): PodSnapshot => pod(name, on, { deletedAt: START })

describe('which endpoints get the traffic', () => {
  const a = pod('1', 'a')
  const b = pod('2', 'b')
  const raw = (ready: boolean, serving: boolean, terminating: boolean, on = 'a'): EndpointSliceSnapshot =>
    slice([], {
      endpoints: [{ addresses: ['10.0.0.1'], node: on, pod: { name: '1', uid: 'pod-1' }, ready, serving, terminating }],
    })

  test.each([
    ['a ready one on the mapped node', [a], ['a'], true],
    ['a ready one elsewhere', [b], ['b'], false],
    [
      'one that terminates on the mapped node while another is ready elsewhere: Local still serves',
      [leaving('1', 'a'), b],
      ['b'],
      true,
    ],
    ['one that terminates elsewhere while none is ready', [leaving('2', 'b')], ['b'], false],
    [
      'one that terminates on the mapped node beside a ready one there',
      [leaving('1', 'a'), pod('3', 'a')],
      ['a'],
      true,
    ],
    ['none', [], [], false],
  ])('%s', (_, pods, nodes, onMapped) => {
    const path = join(service(), ...pods, slice(pods))
    expect(servingNodes(path)).toEqual(nodes)
    expect(servesOnMappedNode(path)).toBe(onMapped)
  })

  test('terminating and no longer serving gets nothing', () => {
    expect(servingNodes(join(service(), raw(false, false, true)))).toEqual([])
  })

  test('one that is only not ready gets nothing', () => {
    expect(servingNodes(join(service(), raw(false, true, false)))).toEqual([])
  })

  test('the same pod in an IPv4 and an IPv6 slice counts once', () => {
    const path = join(service(), a, slice([a]), slice([a], { name: 'web-x2', addressType: 'IPv6' }))
    expect(path.endpoints).toHaveLength(1)
  })

  test('a slice of another port of the Service does not count', () => {
    const other = slice([a], { ports: [{ name: 'metrics', port: 9100, protocol: 'TCP' }] })
    expect(servingNodes(join(service(), a, other))).toEqual([])
  })
})

describe('how a port goes on from its node', () => {
  test.each<[string, ObjectSnapshot[], string]>([
    ['a Service with this nodePort', [service()], 'nodePort'],
    [
      'a Service with this nodePort for UDP only',
      [service({ ports: service().ports.map((port) => ({ ...port, protocol: 'UDP' as const })) })],
      'none',
    ],
    ['a pod with this hostPort', [pod('1', 'b', { placement: withHostPort(30080) })], 'hostPort'],
    [
      'a workload with this hostPort and no pod',
      [deployment({ template: withHostPort(30080), replicas: 0 })],
      'hostPort',
    ],
    [
      "a pod on its node's own network with this container port",
      [
        pod('1', 'b', {
          placement: placement({
            hostNetwork: true,
            ports: [{ name: '', containerPort: 30080, hostPort: 30080, hostIP: '', protocol: 'TCP' }],
          }),
        }),
      ],
      'hostNetwork',
    ],
    [
      'a finished pod with this hostPort',
      [pod('1', 'b', { placement: withHostPort(30080), phase: 'Succeeded' })],
      'none',
    ],
    ['nothing', [], 'none'],
  ])('%s', (_, objects, kind) => expect(join(...objects).route.kind).toBe(kind))

  test('a hostPort pod answers while it runs, ready or not', () => {
    const unready = pod('1', 'a', { placement: withHostPort(30080), ready: false })
    expect(servesOnMappedNode(join(unready))).toBe(true)
  })

  test('the workload is the one at the root, by UID', () => {
    const named = replicaSet('1', { owner: { kind: 'Deployment', name: 'web', uid: 'an-older-one' } })
    expect(join(service(), deployment(), replicaSet()).workloads.map((one) => one.kind)).toEqual(['Deployment'])
    expect(join(service(), deployment(), named).workloads.map((one) => one.kind)).toEqual(['Deployment', 'ReplicaSet'])
  })
})
