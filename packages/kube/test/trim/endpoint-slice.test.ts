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

  test('without endpoints', () => {
    expect(trim({ ...metadata(), addressType: 'IPv4', endpoints: null })).toMatchObject({ endpoints: [] })
  })
})
