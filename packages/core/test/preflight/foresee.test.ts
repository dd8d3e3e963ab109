import { expect, test } from '@jest/globals'
import { foreseeDarkness } from '../../src/index.ts'
import { deployment, pod, replicaSet, service, slice } from '../builders.ts'
import { createKnownWorld, createWorld } from '../world.ts'

test.each([
  ['Local' as const, 'the scheduler may choose a node that is not mapped', (p: number) => p > 0 && p < 1],
  ['Cluster' as const, 'every node passes it on', (p: number) => p === 0],
])('policy %s on a cluster that runs: %s', (externalTrafficPolicy, _, isRight) => {
  const only = pod('web-1', 'a')
  const world = createKnownWorld([deployment(), replicaSet(), service({ externalTrafficPolicy }), only, slice([only])])
  const probability = foreseeDarkness(world.state).get('host:30080')
  expect(isRight(probability ?? Number.NaN)).toBe(true)
})

test('nothing is foretold while the objects are not known', () => {
  expect(foreseeDarkness(createWorld().state)).toEqual(new Map())
})
