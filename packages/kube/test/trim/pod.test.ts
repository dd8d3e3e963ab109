import { describe, expect, test } from '@jest/globals'
import { trimPod } from '../../src/trim/pod.ts'
import { AT, AT_MS, IDENTITY, metadata } from './api-json.ts'

/** As the API sends it: the library's declarations call its time strings Date. */
function trim(pod: object) {
  return trimPod(pod as Parameters<typeof trimPod>[0])
}

describe('a pod', () => {
  test.each<[string, object, number[] | undefined]>([
    ['a readiness probe by number', { readinessProbe: { tcpSocket: { port: 8080 } } }, [8080]],
    ['a startup probe by name', { startupProbe: { httpGet: { port: 'http', path: '/' } } }, [80]],
    ['one in gRPC', { readinessProbe: { grpc: { port: 9000 } } }, [9000]],
    ['a command', { readinessProbe: { exec: { command: ['true'] } } }, undefined],
    ['another host', { readinessProbe: { httpGet: { port: 8080, host: '10.0.0.1' } } }, undefined],
    ['a name that nobody has', { readinessProbe: { httpGet: { port: 'nobody' } } }, undefined],
    ['a liveness probe, which makes nothing ready', { livenessProbe: { tcpSocket: { port: 8080 } } }, undefined],
  ])('is known to have listened where its probes ask: %s', (_, probes, expected) => {
    const container = { name: 'web', ports: [{ name: 'http', containerPort: 80 }], ...probes }
    expect(trim({ ...metadata(), spec: { containers: [container] } }).probedPorts).toEqual(expected)
  })

  test('that runs', () => {
    const pod = {
      ...metadata({
        labels: { app: 'web' },
        ownerReferences: [
          { kind: 'Node', name: 'n', uid: 'n1' },
          { kind: 'ReplicaSet', name: 'web-5d', uid: 'r1', controller: true },
        ],
      }),
      spec: {
        nodeName: 'kind-worker',
        nodeSelector: { disk: 'ssd' },
        containers: [
          {
            name: 'web',
            ports: [
              { containerPort: 8080, hostPort: 80, protocol: 'TCP' },
              { containerPort: 53, protocol: 'UDP' },
            ],
          },
        ],
        initContainers: [
          { name: 'mesh', restartPolicy: 'Always', ports: [{ name: 'admin', containerPort: 15_000 }] },
          { name: 'migrate', ports: [{ containerPort: 1 }] },
        ],
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
          { key: 'a', value: 'b' },
        ],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] },
                { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['kind-worker'] }] },
                { matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist' }] },
              ],
            },
          },
        },
      },
      status: {
        phase: 'Running',
        podIP: '10.244.1.2',
        podIPs: [{ ip: '10.244.1.2' }, { ip: 'fd00::2' }],
        conditions: [
          { type: 'PodScheduled', status: 'True' },
          { type: 'Ready', status: 'True', lastTransitionTime: AT },
        ],
        containerStatuses: [
          {
            name: 'web',
            ready: true,
            restartCount: 2,
            containerID: 'containerd://c',
            state: { running: { startedAt: AT } },
          },
        ],
        initContainerStatuses: [
          {
            name: 'migrate',
            ready: true,
            restartCount: 0,
            state: { terminated: { exitCode: 0, reason: 'Completed' } },
          },
        ],
      },
    }
    expect(trim(pod)).toEqual({
      kind: 'Pod',
      ...IDENTITY,
      placement: {
        labels: { app: 'web' },
        hostNetwork: false,
        ports: [
          { name: '', containerPort: 8080, hostPort: 80, hostIP: '', protocol: 'TCP' },
          { name: '', containerPort: 53, hostPort: 0, hostIP: '', protocol: 'UDP' },
          { name: 'admin', containerPort: 15_000, hostPort: 0, hostIP: '', protocol: 'TCP' },
        ],
        nodeSelector: { disk: 'ssd' },
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', value: '', effect: 'NoExecute' },
          { key: 'a', operator: 'Equal', value: 'b', effect: '' },
        ],
        requiredNodeTerms: [
          { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }], matchFields: [] },
          { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['kind-worker'] }] },
          { matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist', values: [] }], matchFields: [] },
        ],
      },
      node: 'kind-worker',
      owner: { kind: 'ReplicaSet', name: 'web-5d', uid: 'r1' },
      addresses: ['10.244.1.2', 'fd00::2'],
      phase: 'Running',
      ready: true,
      readySince: AT_MS,
      unschedulable: null,
      disruption: null,
      deletedAt: 0,
      containers: [
        {
          name: 'web',
          ready: true,
          restartCount: 2,
          containerID: 'containerd://c',
          state: 'running',
          reason: '',
          message: '',
          exitCode: 0,
          since: AT_MS,
        },
      ],
    })
  })

  test.each([
    ['9999-12-31T23:59:59Z', 30, 0],
    ['never', 30, 0],
    ['2026-03-01T12:00:07Z', 5, AT_MS - 5000],
    ['2026-03-01T12:00:07Z', 1e300, AT_MS],
    ['2026-03-01T12:00:07Z', 1e9 + 1, AT_MS],
  ])('that is to be gone at %s, %d s after it was asked to', (deletionTimestamp, deletionGracePeriodSeconds, asked) => {
    expect(trim(metadata({ deletionTimestamp, deletionGracePeriodSeconds })).deletedAt).toBe(asked)
  })

  test.each([
    ['restarted endlessly', { restartCount: 1e300 }, { restartCount: 0 }],
    ['started in the year 9999', { state: { running: { startedAt: '9999-01-01T00:00:00Z' } } }, { since: 0 }],
  ])('whose container was %s', (_, more, expected) => {
    const status = {
      containerStatuses: [{ name: 'web', ready: true, restartCount: 0, state: { running: {} }, ...more }],
    }
    expect(trim({ ...metadata(), status }).containers[0]).toMatchObject(expected)
  })

  test('of which nothing is known yet', () => {
    expect(
      trim({ ...metadata(), spec: { containers: [{ name: 'web' }] }, status: { conditions: null } }),
    ).toMatchObject({
      node: null,
      owner: null,
      addresses: [],
      phase: 'Unknown',
      ready: false,
      readySince: 0,
      containers: [],
    })
  })

  test('that fits on no node', () => {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/4',
      lastTransitionTime: AT,
    }
    expect(trim({ ...metadata(), status: { conditions: [condition] } })).toMatchObject({
      unschedulable: { status: 'False', reason: 'Unschedulable', message: '0/4', since: AT_MS },
    })
  })

  test('that is drained says since when', () => {
    const pod = {
      ...metadata({ deletionTimestamp: '2026-03-01T12:00:37Z', deletionGracePeriodSeconds: 30 }),
      status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }] },
    }
    expect(trim(pod)).toMatchObject({ disruption: { reason: 'EvictionByEvictionAPI' }, deletedAt: AT_MS })
  })

  test.each([
    [
      'waits',
      { containerStatuses: [{ name: 'web', state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } } }] },
      { state: 'waiting', reason: 'CrashLoopBackOff', message: 'back-off', exitCode: 0, since: 0 },
    ],
    [
      'has ended',
      {
        containerStatuses: [
          { name: 'web', state: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: AT } } },
        ],
      },
      { state: 'terminated', reason: 'OOMKilled', exitCode: 137, since: AT_MS },
    ],
    ['has no state yet', { containerStatuses: [{ name: 'web' }] }, { state: 'waiting', reason: '', containerID: '' }],
    [
      'prepares the others and fails',
      { initContainerStatuses: [{ name: 'migrate', state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
      { name: 'migrate', reason: 'CrashLoopBackOff' },
    ],
  ])('whose container %s', (_, status, expected) => {
    expect(trim({ ...metadata(), status }).containers).toMatchObject([expected])
  })
})
