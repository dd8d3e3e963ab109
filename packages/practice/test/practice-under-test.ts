import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock as clock } from '@portolan/testing'
import { type ClusterUnderTest, createPracticeCluster, type Delays, type PracticeCluster } from '../src/index.ts'

const NODE_PORTS = { local: 30080, cluster: 30081, hostPort: 8000 }

export const FAST: Partial<Delays> = {
  controllerMs: 1,
  startMs: 5,
  readyMs: 10,
  unreadyMs: 1000,
  terminateMs: 20,
  proxySyncMs: [5, 20],
  nodeLostMs: 100,
  evictMs: 100,
  nodeStartMs: 30,
  bookmarkMs: 50,
}

/** A small cluster that is fast, with three free host ports mapped to its first worker; goes when it is disposed of. */
export async function startPractice(delays: Partial<Delays> = {}): Promise<PracticeCluster & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'practice-'))
  const ports = Object.values(NODE_PORTS).map((containerPort) => ({ containerPort, hostPort: 0 }))
  const cluster = createPracticeCluster({
    name: 'p',
    folder,
    clock,
    random: Math.random,
    nodes: [{ role: 'control-plane' }, { role: 'worker', ports }, { role: 'worker' }, { role: 'worker' }],
    delays: { ...FAST, ...delays },
  })
  await cluster.start()
  return {
    ...cluster,
    async [Symbol.asyncDispose]() {
      await cluster.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** The story's workloads: one replica with a hostPort behind a Service of either policy. */
export function deployStory(cluster: PracticeCluster): void {
  cluster.deploy({
    name: 'app',
    hostPort: NODE_PORTS.hostPort,
    strategy: { maxSurge: 0, maxUnavailable: 1 },
    graceSeconds: 1,
  })
  cluster.service({ name: 'local', app: 'app', nodePort: NODE_PORTS.local, externalTrafficPolicy: 'Local' })
  cluster.service({ name: 'cluster', app: 'app', nodePort: NODE_PORTS.cluster })
}

/** The practice cluster as the table of situations handles it. */
export function underTest(cluster: PracticeCluster): ClusterUnderTest {
  const names = { mapped: 'p-worker', other: 'p-worker2' }
  const podName = () => cluster.pods('app').find((pod) => !pod.terminating)?.name ?? ''
  const place = async (node: string) => {
    cluster.pin('app', node)
    await cluster.settled()
  }
  return {
    placePod: (on) => place(names[on]),
    async scale(replicas) {
      cluster.scale('app', replicas)
      await cluster.settled()
    },
    async breakPath() {
      cluster.breakPath(names.mapped, names.other)
      await cluster.rulesSettled()
    },
    freezeKubeProxy: async () => cluster.freezeKubeProxy(names.mapped),
    freezeApplication: async () => cluster.freezeApplication(podName()),
    async unready() {
      await cluster.until(() => cluster.pods('app').every((pod) => !pod.ready))
      await cluster.rulesSettled()
    },
    async stopMappedNode() {
      await cluster.stopNode(names.mapped)
      await cluster.rulesSettled()
    },
    async restore() {
      const stopped = cluster.nodes().filter((node) => !node.running)
      for (const node of stopped) await cluster.startNode(node.name)
      cluster.healPath(names.mapped, names.other)
      cluster.thawKubeProxy(names.mapped)
      if (podName() !== '' && cluster.pods('app').some((pod) => pod.node !== null)) cluster.thawApplication(podName())
      cluster.scale('app', 1)
      await place(names.mapped)
    },
    address(port, vantage) {
      if (vantage === 'loopback') return { address: '127.0.0.1', port: cluster.hostPort(NODE_PORTS[port]) }
      const name = vantage === 'mapped node' ? names.mapped : names.other
      const address = cluster.nodes().find((node) => node.name === name)?.address ?? ''
      return { address, port: NODE_PORTS[port] }
    },
  }
}
