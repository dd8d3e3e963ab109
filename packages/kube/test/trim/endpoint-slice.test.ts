import { describe, expect, test } from '@jest/globals'
import { trimEndpointSlice } from '../../src/trim/endpoint-slice.ts'
import { IDENTITY, metadata } from './api-json.ts'

function trim(slice: object) {
  return trimEndpointSlice(slice as Parameters<typeof trimEndpointSlice>[0])
}

describe('an EndpointSlice', () => {
  test('of a Service', () => {
    const slice = {
      ...metadata({ labels: { 'kubernetes.io/service-name': 'shop-web' } }),
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.244.1.2'],
          nodeName: 'kind-worker',
          targetRef: { kind: 'Pod', name: 'web-1', uid: 'p1' },
          conditions: { ready: false, serving: true, terminating: true },
        },
      ],
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    }
    expect(trim(slice)).toEqual({
      kind: 'EndpointSlice',
      ...IDENTITY,
      service: 'shop-web',
      byHand: true,
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.244.1.2'],
          node: 'kind-worker',
          pod: { name: 'web-1', uid: 'p1' },
          ready: false,
          serving: true,
          terminating: true,
        },
      ],
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    })
  })

  test.each([
    ['no conditions', undefined, { ready: true, serving: true, terminating: false }],
    [
      'null conditions',
      { ready: null, serving: null, terminating: null },
      { ready: true, serving: true, terminating: false },
    ],
    [
      'ready false, serving null',
      { ready: false, serving: null },
      { ready: false, serving: false, terminating: false },
    ],
  ])('whose endpoint has %s', (_, conditions, expected) => {
    const slice = {
      ...metadata(),
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'], conditions }],
      ports: null,
    }
    expect(trim(slice)).toMatchObject({ service: '', ports: [], endpoints: [{ node: null, pod: null, ...expected }] })
  })

  test.each([
    ["the cluster's own controller", 'endpointslice-controller.k8s.io', undefined],
    ['who mirrors Endpoints', 'endpointslicemirroring-controller.k8s.io', true],
    ['somebody', '', true],
  ])('that is written by %s', (_, manager, byHand) => {
    const labels = { 'endpointslice.kubernetes.io/managed-by': manager }
    expect(trim({ ...metadata({ labels }), addressType: 'IPv4' }).byHand).toBe(byHand)
  })

  const pod = { kind: 'Pod', name: 'web-1', uid: 'p1' }
  test.each([
    ['a pod of its own namespace', { ...pod, namespace: 'shop' }, { name: 'web-1', uid: 'p1' }],
    ['a pod whose namespace is not said', pod, { name: 'web-1', uid: 'p1' }],
    ['a pod whose UID is not said', { kind: 'Pod', name: 'web-1' }, { name: 'web-1', uid: '' }],
    ['a pod of another namespace', { ...pod, namespace: 'kube-system' }, null],
    ['a node', { ...pod, kind: 'Node' }, null],
    ['nothing', undefined, null],
  ])('whose endpoint refers to %s', (_, targetRef, expected) => {
    const slice = { ...metadata(), addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], targetRef }] }
    expect(trim(slice).endpoints[0]?.pod).toEqual(expected)
  })

  test('without endpoints', () => {
    expect(trim({ ...metadata(), addressType: 'IPv4', endpoints: null })).toMatchObject({ endpoints: [] })
  })
})
