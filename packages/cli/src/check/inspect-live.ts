import { type Clock, foreseeDrain, PortolanError } from '@portolan/core'
import { createLogger, systemClock } from '@portolan/runtime'
import type { CheckDocument } from '@portolan/wire'
import { encodeCheckedPort, encodeDrainedPort } from './checked-port.ts'
import { createLive, type Live } from '../live.ts'
import { chooseSight, sayDemo } from '../running/asked.ts'
import type { Running } from '../running/entry.ts'
import type { Access } from '../settings.ts'

export interface LiveCheckInput extends Access {
  env: NodeJS.ProcessEnv
  /** A node, by its name or by what is left of it without the cluster's; null: what the next reschedule does. */
  drain: string | null
}

/** For so long the API of a cluster may take to tell its objects, ms. */
const PATIENCE_MS = 15_000
const LOOK_EVERY_MS = 100

/** Says of every host port of the clusters that run what the next reschedule of its pods, or a drain, would make of it. */
export async function inspectLive(
  { env, drain, ...access }: LiveCheckInput,
  onDemo: (demo: Running) => void = sayDemo,
): Promise<CheckDocument> {
  const clock = systemClock
  const { demo, ...sight } = await chooseSight(access, [], env)
  if (demo !== null) onDemo(demo)
  const live = createLive({
    ...sight,
    clock,
    log: createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' }),
    state: null,
    listen: null,
    intervalMs: 1000,
    asksPods: false,
    onChange: () => {},
    onNotice: () => {},
  })
  try {
    await live.start()
    requireClusters(live, sight.only)
    const clusters = live.clusters()
    const forecasts = await Promise.all(clusters.map((name) => forecastOf(live, name, clock)))
    if (drain !== null) return drained(live, clusters, drain)
    const found = { file: null, line: null }
    return {
      clusters: clusters.map((name, index) => ({ name, nodes: forecasts[index]?.nodes ?? [] })),
      ports: forecasts.flatMap(({ ports }) => ports.map((port) => encodeCheckedPort(port, { ...port, ...found }))),
      warnings: forecasts.flatMap(({ warnings }, index) =>
        warnings.map(({ cause, text, hostPort, remedies }) => ({
          cause,
          text,
          hostPort,
          remedies,
          cluster: clusters[index] ?? '',
          ...found,
        })),
      ),
      problems: [],
      notes: [],
    }
  } finally {
    await live.stop()
  }
}

/** @throws PortolanError usage, where no cluster has such a node, or several have */
function drained({ collector }: Live, clusters: readonly string[], name: string): CheckDocument {
  const known = clusters.flatMap((cluster) => collector.objects(cluster) ?? [])
  const places = known.flatMap((objects) => objects.nodes.map((node) => ({ objects, node: node.name })))
  const found = places.filter(({ node, objects }) => node === name || node === `${objects.cluster}-${name}`)
  const [place] = found
  if (place === undefined || found.length > 1) {
    const nodes = (found.length > 1 ? found : places).map(({ node }) => node).join(', ')
    throw new PortolanError(
      'usage',
      place === undefined ? `there is no node named ${name}` : `${found.length} clusters have a node ${name}`,
      place === undefined ? `these exist: ${nodes}` : `choose one with --cluster, or by its full name: ${nodes}`,
    )
  }
  const { objects, node } = place
  const { ports, notes } = foreseeDrain(objects, { kind: 'node', name: node })
  return {
    clusters: [{ name: objects.cluster, nodes: objects.nodes.map((one) => one.name).sort() }],
    ports: ports.map(encodeDrainedPort),
    warnings: [],
    problems: [],
    notes: notes.map((text) => ({ text, file: null, line: null })),
  }
}

/** @throws PortolanError api_unreachable */
async function forecastOf({ collector }: Live, cluster: string, clock: Clock) {
  const until = clock.monotonic() + PATIENCE_MS
  for (;;) {
    const forecast = collector.foresee(cluster)
    if (forecast !== null) return forecast
    if (clock.monotonic() > until) {
      throw new PortolanError(
        'api_unreachable',
        collector.blind(cluster) ?? `the API server of ${cluster} does not list all of its workloads`,
        'name another kubeconfig by --kubeconfig, or check the files instead: portolan check -k kind.yaml manifests/',
      )
    }
    await new Promise<void>((resolve) => {
      const alive = setInterval(() => {}, PATIENCE_MS)
      clock.after(LOOK_EVERY_MS, () => {
        clearInterval(alive)
        resolve()
      })
    })
  }
}

function requireClusters(live: Live, only: readonly string[]): void {
  const missing = only.filter((name) => !live.clusters().includes(name))
  if (live.clusters().length > 0 && missing.length === 0) return
  const exist = [...live.clusters(), ...live.ignored()]
  throw new PortolanError(
    exist.length > 0 ? 'usage' : 'no_clusters',
    missing.length > 0 ? `there is no cluster named ${missing.join(' or ')}` : 'this machine has no cluster',
    exist.length > 0 ? `these exist: ${exist.join(', ')}` : 'make one: kind create cluster --config FILE',
  )
}
