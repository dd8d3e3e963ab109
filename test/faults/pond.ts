import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPracticeCluster, type PracticeCluster } from '@portolan/practice'
import { systemClock } from '@portolan/runtime'
import { NODE_PORTS } from '../kind/harness/make-cluster.ts'
import type { Ground } from './fault.ts'

/** A practice cluster with the story in it, for what a kind cluster on Linux cannot be made to do. */
export interface Pond extends Ground, AsyncDisposable {
  cluster: PracticeCluster
  mapped: string
  away: string
  /** The only pod finds no other node open; done when it is ready there. */
  movePod(node: string): Promise<void>
  /** Takes every connection at this host port and ends it, from now on. */
  squat(hostPort: number): Promise<void>
  /** For whoever watches it. */
  env: NodeJS.ProcessEnv
}

export async function openPond(options: { desktop?: boolean } = {}): Promise<Pond> {
  await using things = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'portolan-pond-'))
  things.defer(() => rmSync(folder, { recursive: true, force: true }))
  const ports = Object.values(NODE_PORTS).map((containerPort) => ({ containerPort, hostPort: 0 }))
  const cluster = createPracticeCluster({
    name: 'pond',
    folder,
    clock: systemClock,
    random: Math.random,
    nodes: [{ role: 'control-plane' }, { role: 'worker', ports }, { role: 'worker' }],
    ...options,
  })
  await cluster.start()
  things.defer(cluster.stop)
  const [mapped, away] = ['pond-worker', 'pond-worker2'] as const
  cluster.cordon(away)
  cluster.deploy({ name: 'app', hostPort: NODE_PORTS.hostPort, strategy: { maxSurge: 0, maxUnavailable: 1 } })
  cluster.service({ name: 'local', app: 'app', nodePort: NODE_PORTS.local, externalTrafficPolicy: 'Local' })
  cluster.service({ name: 'cluster', app: 'app', nodePort: NODE_PORTS.cluster })
  const hostPort = Object.fromEntries(
    Object.entries(NODE_PORTS).map(([name, containerPort]) => [name, cluster.hostPort(containerPort)]),
  ) as Ground['hostPort']
  const all = things.move()
  return {
    cluster,
    mapped,
    away,
    hostPort,
    env: { DOCKER_HOST: `unix://${cluster.engineSocket}`, KUBECONFIG: cluster.kubeconfig },
    reset: () => cluster.settled(),
    async movePod(node) {
      const [pod] = cluster.pods('app')
      for (const one of [mapped, away]) cluster[one === node ? 'uncordon' : 'cordon'](one)
      if (pod !== undefined) cluster.deletePod(pod.name)
      await cluster.settled()
    },
    async squat(port) {
      const server = createServer((socket) => socket.end())
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      server.once('error', reject).listen(port, '127.0.0.1', resolve)
      await promise
      all.defer(() => void server.close())
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
