import { expect, test } from '@jest/globals'
import { mapped, pod, deployment, replicaSet, service, slice } from '../builders.ts'
import { PORT } from '../story.ts'
import { createKnownWorld, fourNodes, REJECTED } from '../world.ts'

const inBoth = pod('web-1', 'a', { addresses: ['10.244.1.10', 'fd00:10:244:1::a'] })
const V6 = ['172.18.0.2', 'fc00::2']

/** The port listens on this address of the host, and the Service is served in these families. */
function answered(listenAddress: string, families: ('IPv4' | 'IPv6')[], addresses = V6, only = inBoth) {
  const cluster = service({ externalTrafficPolicy: 'Cluster', families })
  const world = createKnownWorld([deployment(), replicaSet(), cluster, only, slice([only])])
  const [controlPlane, , ...others] = fourNodes({})
  const binding = { listenAddress, hostPort: 30080, containerPort: 30080, protocol: 'tcp' as const }
  world.containers(controlPlane, { ...mapped('a', {}), addresses, bindings: [binding], wished: [binding] }, ...others)
  for (let n = 0; n < 3; n++) {
    world.pass(1000)
    world.probe(PORT, REJECTED)
  }
  return world.incident()
}

test.each([
  ['an IPv4 address, and the Service has IPv6 only', '0.0.0.0', ['IPv6'] as const, V6, 'listen_family'],
  ['an IPv6 address, and the Service has IPv4 only', '::', ['IPv4'] as const, V6, 'listen_family'],
  ['an IPv6 address, and the node has none', '::', ['IPv4'] as const, ['172.18.0.2'], 'unproven'],
  ['an IPv4 address, and the Service has both', '0.0.0.0', ['IPv4', 'IPv6'] as const, V6, undefined],
])('a port on %s', (_, listens, families, addresses, cause) => {
  expect(answered(listens, [...families], addresses)?.cause).toBe(cause)
})

test('is proven by the objects, with the policy of families as the fix', () => {
  const incident = answered('0.0.0.0', ['IPv6'])
  expect(incident).toMatchObject({ confidence: 'proven', candidates: [] })
  expect(incident?.summary).toBe(
    'The engine dials the IPv4 address of a, and Service default/web is served over IPv6 only.',
  )
  expect(incident?.remedies[0]?.command).toContain('ipFamilyPolicy')
})

test('in a cluster of IPv6 alone the fix is to listen on IPv6: no Service is served over both there', () => {
  const inV6 = pod('web-1', 'a', { addresses: ['fd00:10:244:1::a'] })
  expect(answered('127.0.0.1', ['IPv6'], V6, inV6)?.remedies.map(({ text }) => text)).toEqual([
    'Listen on IPv6, as kind does by itself in an IPv6 cluster where no listenAddress is set',
  ])
})
