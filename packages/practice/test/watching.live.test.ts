import type { EngineInfo, NodeContainer, Observation, ObjectSnapshot } from '@portolan/core'
import { describe, expect, test } from '@jest/globals'
import { createEngineWatch } from '@portolan/engine'
import { createKubeWatch, findCluster } from '@portolan/kube'
import { realClock as clock } from '@portolan/testing'
import { deployStory, startPractice } from './practice-under-test.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

/** Keeps what was observed, and tells when a condition on it holds. */
function recorder() {
  const seen: Observation[] = []
  const waits = new Set<() => void>()
  return {
    seen,
    take(observation: Observation) {
      seen.push(observation)
      for (const look of waits) look()
    },
    async until(condition: (observation: Observation) => boolean): Promise<Observation> {
      const { promise, resolve } = Promise.withResolvers<Observation>()
      const look = () => {
        const found = seen.find(condition)
        if (found !== undefined) resolve(found)
      }
      waits.add(look)
      look()
      return promise
    },
  }
}

describe('the real watches', () => {
  test('find the cluster through the engine and follow a node that stops and starts', async () => {
    await using cluster = await startPractice()
    const observed = recorder()
    const clusters: string[][] = []
    const watch = createEngineWatch({
      env: { DOCKER_HOST: `unix://${cluster.engineSocket}` },
      clock,
      log,
      onObservation: (_cluster, observation) => observed.take(observation),
      onClusters: (names) => clusters.push(names),
      onRefused: () => {},
    })
    await watch.start()
    expect(clusters).toEqual([['p']])
    const engine = await observed.until((one) => one.kind === 'engine')
    expect((engine as { engine: EngineInfo }).engine.desktop).toBe(false)
    const first = (await observed.until((one) => one.kind === 'containers')) as { containers: NodeContainer[] }
    const mapped = first.containers.find((container) => container.name === 'p-worker')
    expect(first.containers.map(({ name, state, role }) => [name, state, role])).toEqual([
      ['p-control-plane', 'running', 'control-plane'],
      ['p-worker', 'running', 'worker'],
      ['p-worker2', 'running', 'worker'],
      ['p-worker3', 'running', 'worker'],
    ])
    expect(mapped?.bindings.find((binding) => binding.containerPort === 30080)).toEqual({
      listenAddress: '127.0.0.1',
      hostPort: cluster.hostPort(30080),
      containerPort: 30080,
      protocol: 'tcp',
    })

    await cluster.stopNode('p-worker')
    await observed.until((one) => one.kind === 'container' && one.name === 'p-worker' && one.action === 'die')
    await cluster.startNode('p-worker')
    await observed.until((one) => one.kind === 'container' && one.name === 'p-worker' && one.action === 'start')
    await watch.stop()
  })

  test('follow the objects through the API, a compaction and a restart of it', async () => {
    await using cluster = await startPractice()
    deployStory(cluster)
    await cluster.settled()
    const observed = recorder()
    const access = findCluster({ kubeconfig: cluster.kubeconfig, cluster: 'p', env: {} })
    expect(access.context).toBe('kind-p')
    const watch = createKubeWatch({ access, clock, log, onObservation: observed.take })
    watch.start()
    await observed.until((one) => one.kind === 'listed' && one.resource === 'endpointslices')
    const listed = await observed.until((one) => one.kind === 'listed' && one.resource === 'pods')
    const [pod] = (listed as { objects: ObjectSnapshot[] }).objects
    expect(pod).toMatchObject({ kind: 'Pod', ready: true, owner: { kind: 'ReplicaSet' } })

    cluster.deletePod(pod?.name ?? '')
    await observed.until(
      (one) =>
        one.kind === 'object' && one.object.kind === 'Pod' && one.change === 'deleted' && one.object.uid === pod?.uid,
    )
    await observed.until(
      (one) => one.kind === 'object' && one.object.kind === 'Pod' && one.object.uid !== pod?.uid && one.object.ready,
    )

    await cluster.stopApi()
    cluster.scale('app', 2)
    await cluster.settled()
    cluster.store.compact()
    await cluster.startApi()
    await observed.until((one) => {
      const objects = one.kind === 'listed' ? one.objects : one.kind === 'object' ? [one.object] : []
      return objects.some((object) => object.kind === 'Deployment' && object.replicas === 2)
    })
    await watch.stop()
  })
})
