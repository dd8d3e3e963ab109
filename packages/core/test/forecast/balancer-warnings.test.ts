import { expect, test } from '@jest/globals'
import { type Cause, foresee, type ObjectSnapshot } from '../../src/index.ts'
import { deployment, node, pod, replicaSet, service, slice } from '../builders.ts'
import { createKnownWorld } from '../world.ts'

const LABEL = { 'node.kubernetes.io/exclude-from-external-load-balancers': '' }
const balanced = (more: Parameters<typeof service>[0]) =>
  service({ type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', balancerAddresses: ['172.18.0.200'], ...more })
const unlabelled = node('b')
const labelled = node('b', { labels: { ...unlabelled.labels, ...LABEL } })

test.each<[string, ObjectSnapshot[], Cause | null]>([
  ['has an address', [balanced({})], null],
  ['has none', [balanced({ balancerAddresses: [] })], 'lb_pending'],
  ['has the address that a node has', [balanced({ balancerAddresses: ['172.18.0.3'] })], 'lb_moved'],
  [
    'has it on purpose, from ServiceLB',
    [
      balanced({ balancerAddresses: ['172.18.0.3'] }),
      deployment({
        kind: 'DaemonSet',
        name: 'svclb-web',
        uid: 'svclb',
        template: { ...deployment().template, labels: {} },
      }),
    ],
    null,
  ],
  [
    'is kept from a node where its only pod may be',
    [balanced({ externalTrafficPolicy: 'Local' }), labelled],
    'lb_excluded',
  ],
  ['is passed on by every node', [balanced({}), labelled], null],
])('a Service of type LoadBalancer that %s', (_, objects, cause) => {
  const only = pod('web-1', 'a')
  const world = createKnownWorld([deployment(), replicaSet(), only, slice([only]), ...objects])
  world.set(...objects)
  const warnings = foresee(world.state)?.warnings.map((one) => one.cause) ?? []
  expect(warnings).toEqual(cause === null ? [] : [cause])
})
