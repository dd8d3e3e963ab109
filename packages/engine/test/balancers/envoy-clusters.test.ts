import { expect, test } from '@jest/globals'
import { readEnvoyClusters } from '../../src/balancers/envoy-clusters.ts'

test('Envoy says which nodes it takes for healthy, in both families', () => {
  const text = `cluster_IPv4_80_TCP::observability_name::cluster_IPv4_80_TCP
cluster_IPv4_80_TCP::default_priority::max_connections::1024
cluster_IPv4_80_TCP::172.18.0.3:30080::cx_active::0
cluster_IPv4_80_TCP::172.18.0.3:30080::health_flags::healthy
cluster_IPv4_80_TCP::172.18.0.4:30080::health_flags::/failed_active_hc
cluster_IPv6_80_TCP::[fc00:f853:ccd:e793::3]:30080::health_flags::healthy
cluster_IPv4_53_UDP::172.18.0.3:30053::health_flags::healthy
`
  expect(readEnvoyClusters(text)).toEqual([
    {
      containerPort: 80,
      protocol: 'tcp',
      backends: [
        { node: '172.18.0.3', healthy: true },
        { node: '172.18.0.4', healthy: false },
        { node: 'fc00:f853:ccd:e793::3', healthy: true },
      ],
    },
    { containerPort: 53, protocol: 'udp', backends: [{ node: '172.18.0.3', healthy: true }] },
  ])
})

test.each([
  ['another Envoy', 'web::10.0.0.1:80::health_flags::healthy'],
  ['a port beyond all', 'cluster_IPv4_99999_TCP::10.0.0.1:80::health_flags::healthy'],
  ['a name in place of an address', 'cluster_IPv4_80_TCP::evil.example:80::health_flags::healthy'],
  ['nothing', ''],
])('%s says nothing', (_, text) => expect(readEnvoyClusters(text)).toBeNull())
