import { type Clock, PortolanError } from '@portolan/core'
import { createLogger, systemClock } from '@portolan/runtime'
import type { CheckDocument } from '@portolan/wire'
import { encodeCheckedPort } from './checked-port.ts'
import { createLive, type Live } from '../live.ts'
import { chooseSight, sayDemo } from '../running/asked.ts'
import type { Running } from '../running/entry.ts'
import type { Access } from '../settings.ts'

export interface LiveCheckInput extends Access {
  env: NodeJS.ProcessEnv
}

/** For so long the API of a cluster may take to tell its objects, ms. */
const PATIENCE_MS = 15_000
const LOOK_EVERY_MS = 100

/** Says of every host port of the clusters that run what the next reschedule of its pods would make of it. */
export async function inspectLive(
  { env, ...access }: LiveCheckInput,
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
