import { describe, expect, test } from '@jest/globals'
import { trimService } from '../../src/trim/service.ts'
import { IDENTITY, metadata } from './api-json.ts'

function trim(service: object) {
  return trimService(service as Parameters<typeof trimService>[0])
}

describe('a Service', () => {
  test('of type NodePort', () => {
    const service = {
      ...metadata({
        labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'portolan.dev/probe': 'http', 'meta.helm.sh/release-name': 'web' },
      }),
      spec: {
        type: 'NodePort',
        selector: { app: 'web' },
        externalTrafficPolicy: 'Local',
        ports: [{ name: 'http', port: 80, targetPort: 'web', nodePort: 30_080, protocol: 'TCP', appProtocol: 'http' }],
      },
    }
    expect(trim(service)).toEqual({
      kind: 'Service',
      ...IDENTITY,
      type: 'NodePort',
      selector: { app: 'web' },
      externalTrafficPolicy: 'Local',
      publishNotReadyAddresses: false,
      ports: [{ name: 'http', port: 80, targetPort: 'web', nodePort: 30_080, protocol: 'TCP', appProtocol: 'http' }],
      annotations: { 'portolan.dev/probe': 'http' },
      managedByHelm: true,
    })
  })

  test('with annotations without end keeps some of ours, and names the one that is too long', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`portolan.dev/x${n}`, 'y']))
    const annotations = { 'portolan.dev/expect-status': '200,'.repeat(60_000), 'portolan.dev/path': '/up', ...many }
    const trimmed = trim({ ...metadata({ annotations }), spec: {} }).annotations
    expect(Object.keys(trimmed)).toHaveLength(32)
    expect(trimmed).toMatchObject({
      'portolan.dev/path': '/up',
      'portolan.dev/expect-status (longer than 4096 characters)': '',
    })
  })

  test.each([
    ['has no address yet', {}, []],
    [
      'has two',
      { loadBalancer: { ingress: [{ ip: '192.0.2.7' }, { hostname: 'lb.example' }] } },
      ['192.0.2.7', 'lb.example'],
    ],
  ])('of type LoadBalancer that %s', (_, status, addresses) => {
    expect(trim({ ...metadata({}), spec: { type: 'LoadBalancer' }, status }).balancerAddresses).toEqual(addresses)
  })

  test('whose load balancer asks each node for endpoints says where', () => {
    const service = { ...metadata(), spec: { type: 'LoadBalancer', healthCheckNodePort: 31_234 } }
    expect(trim(service).healthCheckNodePort).toBe(31_234)
    expect(trim({ ...metadata(), spec: { type: 'NodePort' } })).not.toHaveProperty('healthCheckNodePort')
  })

  test('that a controller made for a Gateway says for which', () => {
    const labels = { 'gateway.networking.k8s.io/gateway-name': 'front' }
    expect(trim({ ...metadata({ labels }), spec: { type: 'LoadBalancer' } }).madeFor).toBe('front')
    expect(trim({ ...metadata({}), spec: {} }).madeFor).toBeUndefined()
  })

  test.each([
    ['a number', { port: 80, targetPort: 8080 }, '8080'],
    ['a name', { port: 80, targetPort: 'web' }, 'web'],
    ['left to the port', { port: 80 }, '80'],
  ])('whose targetPort is %s', (_, port, targetPort) => {
    const { ports, externalTrafficPolicy } = trim({ ...metadata(), spec: { ports: [port] } })
    expect(ports).toEqual([{ name: '', port: 80, targetPort, nodePort: 0, protocol: 'TCP', appProtocol: '' }])
    expect(externalTrafficPolicy).toBe('Cluster')
  })
})
