import { expect, test } from '@jest/globals'
import { trimNode } from '../../src/trim/node.ts'
import { AT, AT_MS, IDENTITY, metadata } from './api-json.ts'

function trim(node: object) {
  return trimNode(node as Parameters<typeof trimNode>[0])
}

test('a node that is cordoned and not ready', () => {
  const node = {
    ...metadata({ namespace: undefined, labels: { 'kubernetes.io/hostname': 'web' } }),
    spec: {
      unschedulable: true,
      taints: [
        { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
        { key: 'a', value: 'b', effect: 'NoExecute' },
      ],
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: '172.18.0.2' },
        { type: 'InternalIP', address: 'fc00::2' },
        { type: 'Hostname', address: 'web' },
      ],
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'stopped', lastTransitionTime: AT },
      ],
    },
  }
  expect(trim(node)).toEqual({
    kind: 'Node',
    ...IDENTITY,
    namespace: '',
    labels: { 'kubernetes.io/hostname': 'web' },
    taints: [
      { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' },
      { key: 'a', value: 'b', effect: 'NoExecute' },
    ],
    unschedulable: true,
    ready: { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'stopped', since: AT_MS },
    addresses: ['172.18.0.2', 'fc00::2'],
  })
})

test('a node that has just joined', () => {
  expect(trim({ ...metadata(), status: { conditions: null } })).toMatchObject({
    labels: {},
    taints: [],
    unschedulable: false,
    ready: null,
    addresses: [],
  })
})
