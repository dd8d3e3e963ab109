import { expect, test } from '@jest/globals'
import { container, deployment, mapped, node, placement } from '../builders.ts'
import { preflight } from '../../src/index.ts'
import { world } from './world.ts'

const HOSTNAME = 'kubernetes.io/hostname'

test.each([
  ['of a cluster with another name, which it may still be given', 'prod-worker', false, 'unknown'],
  ['of a cluster with another name, in one that runs', 'prod-worker', true, 'always_dark'],
  ['that this cluster does not have', 'dev-worker7', false, 'always_dark'],
  ['that no kind cluster has', 'minikube', false, 'always_dark'],
])('pods that ask for a node %s', (_, name, isComplete, verdict) => {
  const given = world({
    isComplete,
    containers: [container('dev-control-plane'), mapped('dev-worker', { 8080: 30080 })],
    nodes: [node('dev-control-plane'), node('dev-worker')],
    workloads: [deployment({ template: placement({ nodeSelector: { [HOSTNAME]: name } }) })],
  })
  const [port] = preflight(given).ports
  expect(port).toMatchObject({ verdict, cause: 'pod_pending' })
  if (verdict === 'unknown') expect(port?.summary).toContain('--name prod')
})
