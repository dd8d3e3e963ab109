import { expect, test } from '@jest/globals'
import { trimNetworkPolicy } from '../../src/trim/network-policy.ts'
import { IDENTITY, metadata } from './api-json.ts'

test('of a NetworkPolicy stays whom it selects and whom it lets in', () => {
  const spec = {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Ingress'],
    ingress: [
      { from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] },
      { from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 8000, endPort: 8100 }, { port: 'http' }] },
      { ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'UDP' }] },
    ],
  }
  expect(trimNetworkPolicy({ ...metadata({}), spec } as never)).toEqual({
    kind: 'NetworkPolicy',
    ...IDENTITY,
    pods: { matchLabels: { app: 'web' }, matchExpressions: [] },
    ingress: [
      { outsiders: false, ports: ['8080'] },
      { outsiders: true, blocks: [{ cidr: '10.0.0.0/8', except: [] }], ports: ['8000-8100', 'http'] },
      { outsiders: true, ports: ['53/UDP', '1-65535/UDP'] },
    ],
  })
})

test('one on egress alone says nothing of who gets in', () => {
  const policy = { ...metadata({}), spec: { podSelector: {}, policyTypes: ['Egress'] } }
  expect(trimNetworkPolicy(policy as never).ingress).toBeNull()
})
