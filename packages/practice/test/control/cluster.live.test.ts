import { describe, expect, test } from '@jest/globals'
import { conditionOf } from '../../src/objects.ts'
import { deployStory, startPractice } from '../practice-under-test.ts'

describe('pods', () => {
  test.each([
    ['a taint keeps them off the control plane, a cordon off a worker', {}, ['p-worker3']],
    [
      'a toleration lets them onto the control plane',
      {
        nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
        tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' as const }],
      },
      ['p-control-plane'],
    ],
  ])('%s', async (_, placement, nodes) => {
    await using cluster = await startPractice()
    cluster.cordon('p-worker')
    cluster.cordon('p-worker2')
    cluster.deploy({ name: 'app', replicas: 2, ...placement })
    await cluster.settled()
    expect([...new Set(cluster.pods('app').map((pod) => pod.node))]).toEqual(nodes)
  })

  test('replicas are spread', async () => {
    await using cluster = await startPractice()
    cluster.deploy({ name: 'app', replicas: 3 })
    await cluster.settled()
    expect(new Set(cluster.pods('app').map((pod) => pod.node)).size).toBe(3)
  })

  test('a host port that is taken everywhere leaves a pod Pending, and the scheduler says why', async () => {
    await using cluster = await startPractice()
    cluster.deploy({ name: 'app', replicas: 4, hostPort: 8000 })
    await cluster.until(() => cluster.pods('app').filter((pod) => pod.ready).length === 3)
    const pending = cluster.store.list('pods').find((pod) => pod.spec.nodeName === undefined)
    if (pending === undefined) throw new Error('no pod is pending')
    const message =
      '0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, ' +
      "3 node(s) didn't have free ports for the requested pod ports."
    expect(conditionOf(pending, 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable', message })
    expect(cluster.store.list('events').map((event) => [event.reason, event.message])).toContainEqual([
      'FailedScheduling',
      message,
    ])
  })

  test('a surge that finds no free host port leaves the rollout stuck and the old pod running', async () => {
    await using cluster = await startPractice()
    cluster.deploy({ name: 'app', hostPort: 8000, nodeSelector: { 'kubernetes.io/hostname': 'p-worker' } })
    await cluster.settled()
    const [old] = cluster.pods('app')
    cluster.rollout('app')
    await cluster.until(() => cluster.pods('app').some((pod) => pod.node === null))
    expect(cluster.pods('app').find((pod) => pod.name === old?.name)).toEqual(old)
  })

  test('a deleted pod terminates as an endpoint that still serves, and its successor is there at once', async () => {
    await using cluster = await startPractice({ terminateMs: 200, startMs: 300 })
    deployStory(cluster)
    await cluster.settled()
    const [pod] = cluster.pods('app')
    cluster.deletePod(pod?.name ?? '')
    const endpoint = () => cluster.store.list('endpointslices')[0]?.endpoints[0]
    await cluster.until(() => endpoint()?.conditions?.terminating === true && cluster.pods('app').length === 2)
    expect(endpoint()?.conditions).toEqual({ ready: false, serving: true, terminating: true })
    await cluster.settled()
    expect(endpoint()?.conditions).toEqual({ ready: true, serving: true, terminating: false })
    expect(endpoint()?.nodeName).toBe(cluster.pods('app')[0]?.node)
  })

  test('a rolling update with a surge never goes below the replicas', async () => {
    await using cluster = await startPractice()
    cluster.deploy({ name: 'app', replicas: 2, strategy: { maxSurge: 1, maxUnavailable: 0 } })
    await cluster.settled()
    const before = cluster.pods('app').map((pod) => pod.name)
    let least = 2
    const unsubscribe = cluster.store.subscribe(() => {
      least = Math.min(least, cluster.pods('app').filter((pod) => pod.ready && !pod.terminating).length)
    })
    cluster.rollout('app')
    await cluster.settled()
    unsubscribe()
    expect(least).toBe(2)
    expect(cluster.pods('app').filter((pod) => before.includes(pod.name))).toEqual([])
  })

  test('a drain evicts, and the pods say so', async () => {
    await using cluster = await startPractice()
    cluster.deploy({ name: 'app' })
    await cluster.settled()
    const node = cluster.pods('app')[0]?.node ?? ''
    cluster.drain(node)
    const evicted = cluster.store.list('pods').find((pod) => pod.metadata.deletionTimestamp !== undefined)
    expect(evicted && conditionOf(evicted, 'DisruptionTarget')?.reason).toBe('EvictionByEvictionAPI')
    await cluster.settled()
    expect(cluster.pods('app').map((pod) => pod.node)).not.toContain(node)
  })
})

describe('a node that stops', () => {
  test('becomes NotReady, loses its pods after a while, and takes the marked ones away when it is back', async () => {
    await using cluster = await startPractice()
    cluster.deploy({ name: 'app' })
    cluster.service({ name: 'app', app: 'app', nodePort: 30080 })
    await cluster.settled()
    const [pod] = cluster.pods('app')
    const node = pod?.node ?? ''
    await cluster.stopNode(node)
    await cluster.until(() => cluster.store.list('endpointslices')[0]?.endpoints[0]?.conditions?.ready === false)
    const stopped = cluster.store.get('nodes', '', node)
    expect(stopped && conditionOf(stopped, 'Ready')?.status).toBe('Unknown')
    await cluster.until(() => cluster.pods('app').some((other) => other.ready && other.node !== node))
    const left = cluster.store.get('pods', 'default', pod?.name ?? '')
    expect(left && conditionOf(left, 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager')
    await cluster.startNode(node)
    await cluster.until(() => cluster.pods('app').every((other) => other.name !== pod?.name))
    const back = cluster.store.get('nodes', '', node)
    expect(back && conditionOf(back, 'Ready')?.status).toBe('True')
    expect(back?.spec.taints).toBeUndefined()
  })

  test('restarts its pods in place when it is back before they are evicted', async () => {
    await using cluster = await startPractice({ evictMs: 60_000 })
    cluster.deploy({ name: 'app' })
    await cluster.settled()
    const [pod] = cluster.pods('app')
    await cluster.stopNode(pod?.node ?? '')
    await cluster.until(() => cluster.pods('app')[0]?.ready === false)
    await cluster.startNode(pod?.node ?? '')
    await cluster.settled()
    expect(cluster.pods('app')).toEqual([pod])
    const same = cluster.store.get('pods', 'default', pod?.name ?? '')
    expect(same?.status.containerStatuses?.[0]?.restartCount).toBe(1)
  })
})
