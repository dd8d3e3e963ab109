import { describe, expect, test } from '@jest/globals'
import { trimDaemonSet, trimDeployment, trimReplicaSet, trimStatefulSet } from '../../src/trim/workload.ts'
import { IDENTITY, metadata } from './api-json.ts'

const owner = { kind: 'Deployment', name: 'web', uid: 'd1' }
const template = { metadata: { labels: { app: 'web' } }, spec: { hostNetwork: true, containers: [] } }
const selector = { matchLabels: { app: 'web' } }

describe('a workload', () => {
  test('of a Deployment', () => {
    const set = {
      ...metadata({ ownerReferences: [{ ...owner, apiVersion: 'apps/v1', controller: true }] }),
      spec: { replicas: 3, selector, template },
      status: { replicas: 3, readyReplicas: 2 },
    }
    expect(trimReplicaSet(set as never)).toEqual({
      kind: 'ReplicaSet',
      ...IDENTITY,
      owner,
      replicas: 3,
      readyReplicas: 2,
      template: {
        labels: { app: 'web' },
        hostNetwork: true,
        ports: [],
        nodeSelector: {},
        tolerations: [],
        requiredNodeTerms: [],
      },
      managedByHelm: false,
    })
  })

  test.each([
    ['Deployment', trimDeployment, { spec: { replicas: 0, selector, template } }, 0, 0],
    ['Deployment', trimDeployment, { spec: { selector, template }, status: { readyReplicas: 1 } }, 1, 1],
    ['StatefulSet', trimStatefulSet, { spec: { replicas: 2, selector, template }, status: { readyReplicas: 2 } }, 2, 2],
    [
      'DaemonSet',
      trimDaemonSet,
      { spec: { selector, template }, status: { desiredNumberScheduled: 4, numberReady: 3 } },
      4,
      3,
    ],
    ['DaemonSet', trimDaemonSet, { spec: { selector, template } }, 0, 0],
  ])('%s counts its pods', (kind, trim, body, replicas, readyReplicas) => {
    expect(trim({ ...metadata(), ...body } as never)).toMatchObject({ kind, replicas, readyReplicas })
  })

  test('tells how its pods are replaced', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '50%', maxUnavailable: 0 } }
    const deployment = { ...metadata(), spec: { replicas: 3, selector, template, strategy } }
    expect(trimDeployment(deployment as never).rollout).toEqual({ surge: 2, unavailable: 0 })
  })
})
