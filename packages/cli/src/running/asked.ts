import { printable } from '@portolan/core'
import type { Access, AnyAccess } from '../settings.ts'
import { findOwnClusters, type OwnClusters } from '../own-clusters.ts'
import type { PortName } from '../port-name.ts'
import type { Running, RunningDemo } from './entry.ts'
import { findRunning } from './folder.ts'

/** Says in one line on standard error that an answer is about the demo: a command may have been meant for a real cluster. */
export function sayDemo(demo: Running): void {
  const page = demo.page === null ? '' : `, ${demo.page}`
  process.stderr.write(`${printable(`From the running demo (cluster practice${page}, process ${demo.pid}).`)}\n`)
}

/** The environment in which the container engine is that of the demo. */
export function demoEnvironment(env: NodeJS.ProcessEnv, engineSocket: string): NodeJS.ProcessEnv {
  return { ...env, DOCKER_HOST: `unix://${engineSocket}`, KIND_EXPERIMENTAL_PROVIDER: 'docker' }
}

/** The clusters that a command looks at by itself. */
export interface Sight extends Access {
  byAddress?: boolean
  env: NodeJS.ProcessEnv
  demo: RunningDemo | null
}

/**
 * Where a command looks that was asked for these clusters and ports. This machine's clusters, where they have them; else
 * the demo that runs, where that has them. Asked for nothing by name, what is watched now: a watch before a demo. An
 * access that is given is that of a real cluster.
 */
export async function chooseSight(
  access: Access | AnyAccess,
  ports: readonly PortName[],
  env: NodeJS.ProcessEnv,
): Promise<Sight> {
  const own: Sight = { ...access, env, demo: null }
  const running = findRunning(env)
  const demo = running.find((one) => one.kind === 'demo')
  if (demo === undefined || access.kubeconfig !== undefined || access.context !== undefined) return own
  const { only } = access
  const { kubeconfig, engineSocket } = demo
  const theirs: Sight = { only, kubeconfig, env: demoEnvironment(env, engineSocket), demo }
  if (only.length === 0 && ports.length === 0) return running.some(({ kind }) => kind === 'watch') ? own : theirs
  const here = await findOwnClusters(env)
  if (hasAsked(here, only, ports)) return own
  if (hasAsked(await findOwnClusters(theirs.env), only, ports)) return theirs
  // Neither has it. A cluster that was named may still appear here; of a port the demo says which there are.
  return here.names.length === 0 && only.length === 0 ? theirs : own
}

export function hasAsked(
  { names, nodes }: Pick<OwnClusters, 'names' | 'nodes'>,
  clusters: readonly string[],
  ports: readonly PortName[],
): boolean {
  if (names.length === 0 || !clusters.every((name) => names.includes(name))) return false
  const mapped = new Set(
    nodes.flatMap(({ bindings, wished }) => [...bindings, ...wished].map(({ hostPort }) => hostPort)),
  )
  const isHere = ({ cluster, name }: PortName) =>
    (cluster === null || names.includes(cluster)) && mapped.has(Number(/(\d+)(?:\/udp)?$/.exec(name)?.[1]))
  return ports.length === 0 || ports.some(isHere)
}
