import {
  blindBecause,
  type Burst,
  type Change,
  type Clock,
  type Fact,
  type Forecast,
  foresee,
  type Incident,
  type Log,
  type ProbePlan,
  RESOURCES,
  type Settings,
  type TargetExplanation,
  type TargetView,
} from '@portolan/core'
import type { KubeAccess } from '@portolan/kube'
import {
  createCleanup,
  createMetrics,
  type HttpServer,
  type Metrics,
  startHttpServer,
  startLoop,
} from '@portolan/runtime'
import { createApi } from './api/api.ts'
import { explanationsOf, incidentsOf, targetsOf } from './clusters.ts'
import { createEvents } from './events.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createFamilies } from './metrics/families.ts'
import { createTargetGauges } from './metrics/target-gauges.ts'
import { createNotebook, type Notebook } from './notebook.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { openStore } from './store/open.ts'
import type { Retention, Store } from './store/store.ts'
import { createStream } from './stream.ts'
import { createWatching, type Left, type Watching } from './watching.ts'

export interface CollectorOptions {
  /** A file, or `:memory:`. */
  store: string
  /** null: no API. */
  listen: { host: string; port: number } | null
  clock: Clock
  log: Log
  /** Where to export to; a registry of its own by default. */
  metrics?: Metrics
  settings?: Partial<Settings>
  retention?: Retention
  /** Probe exactly these of the cluster from now on. */
  onAssign(cluster: string, plans: ProbePlan[]): void
  onBurst(cluster: string, bursts: Burst[]): void
  onChange(change: Change): void
}

export interface Collector {
  /** Comes first. @throws {PortolanError} store_unusable, port_in_use, config_invalid; nothing is left running then */
  start(): Promise<void>
  /** Idempotent, bounded, never rejects. */
  stop(): Promise<void>
  /** @param access null: its API cannot be asked, for the reason `why` */
  watchCluster(name: string, access: KubeAccess | null, why?: string): void
  forgetCluster(name: string): void
  take(fact: Fact): void
  targets(): TargetView[]
  /** @param target its id, with `CLUSTER/` in front where several clusters have it: else the first one's is told */
  explain(target: string): TargetExplanation | null
  /** Those that are open. */
  incidents(): Incident[]
  /** Why the objects of a cluster are not known, or not fresh; null when they are. */
  blind(cluster: string): string | null
  /** What the next reschedule would make of its ports; null until all lists of the cluster have come. */
  foresee(cluster: string): Forecast | null
  /** Everything taken so far is safe against the death of this process once this answers. */
  flush(): Promise<void>
  /** Where the API is served; null without one. */
  readonly address: { host: string; port: number } | null
}

const BEAT_MS = 1000
const PRUNE_MS = 10_000
/** Between these others get their turn. */
const PRUNE_TURNS = 25

/** Takes facts in, decides through core, keeps and tells what follows. */
export function createCollector(options: CollectorOptions): Collector {
  const { clock, log, listen } = options
  const metrics = options.metrics ?? createMetrics()
  const families = createFamilies(metrics)
  const gauges = createTargetGauges(metrics, families)
  const events = createEvents(metrics, families, gauges, log)
  const stream = createStream()
  const cleanup = createCleanup({ clock, log })
  let running: { recorder: Recorder; watching: Watching } | null = null
  let server: HttpServer | null = null

  async function start(): Promise<void> {
    const store = await openStore(options.store, options.retention)
    cleanup.add('store', () => store.close())
    const recorder = createRecorder({ store, clock, log, onStored: stream.publish })
    cleanup.add('recorder', recorder.flush)
    const { onAssign, onBurst, onChange, settings = {} } = options
    const left = await readLeft(store)
    const watching = createWatching({ clock, log, recorder, events, settings, left, onAssign, onBurst, onChange })
    const beat = createHeartbeat(recorder, watching.clusters, clock)
    cleanup.add('heartbeat', beat)
    const notebook = await createNotebook(store, clock.now())
    running = { recorder, watching }
    server = listen === null ? null : await serve(listen, store, recorder, watching, notebook)
    await store.introduce({ pid: process.pid, startedAt: clock.now(), url: server?.url ?? null })
    const loops = [
      startLoop({ name: 'heartbeat', everyMs: BEAT_MS, clock, log, run: beat }),
      startLoop({ name: 'retention', everyMs: PRUNE_MS, clock, log, run: () => prune(store, clock) }),
    ]
    for (const loop of loops) cleanup.add('loop', loop.stop)
    cleanup.add('watching', watching.stop)
  }

  async function serve(
    at: { host: string; port: number },
    store: Store,
    recorder: Recorder,
    { clusters }: Watching,
    notebook: Notebook,
  ) {
    async function renderMetrics(accept?: string) {
      const silenced = (target: TargetView) => notebook.silences(target, clock.now())
      gauges.refresh(
        [...clusters.values()].map(({ state }) => state),
        silenced,
        clock.now(),
      )
      events.seriesDropped(metrics.dropped())
      return metrics.render(accept)
    }
    const { fault } = recorder
    const context = { clusters, store, stream, notebook, clock, log, fault, renderMetrics }
    const started = await startHttpServer(createApi(context, at.host), at)
    cleanup.add('http server', started.stop)
    return started
  }

  function now(): { recorder: Recorder; watching: Watching } {
    if (running === null) throw new Error('the collector is used before its start')
    return running
  }

  return {
    async start() {
      try {
        await start()
      } catch (error) {
        await cleanup.run()
        throw error
      }
    },
    stop: () => cleanup.run(),
    watchCluster: (name, access, why = 'there is no access to its API') =>
      now().watching.watchCluster(name, access, why),
    forgetCluster: (name) => now().watching.forgetCluster(name),
    take: (fact) => now().watching.take(fact),
    targets: () => targetsOf(now().watching.clusters),
    explain: (target) => explanationsOf(now().watching.clusters, target, clock.now())[0] ?? null,
    incidents: () => incidentsOf(now().watching.clusters),
    blind(cluster) {
      const found = now().watching.clusters.get(cluster)
      return found === undefined ? null : blindBecause(found.state)
    },
    foresee(cluster) {
      const state = now().watching.clusters.get(cluster)?.state
      const isKnown = RESOURCES.every((one) => one === 'events' || state?.inventory.listed.has(one))
      return state !== undefined && isKnown ? foresee(state) : null
    },
    flush: () => now().recorder.flush(),
    get address() {
      return server === null ? null : { host: server.host, port: server.port }
    },
  }
}

/** What the last run left open. Its epochs ended with it: nobody knows what happened since. */
async function readLeft(store: Store): Promise<Map<string, Left>> {
  const views = await store.views()
  const incidents = await store.incidents({ state: 'open', limit: 10_000 })
  const left = new Map<string, Left>()
  for (const { cluster, lastAt } of views) {
    left.set(cluster, { lastAt, incidents: incidents.filter((incident) => incident.cluster === cluster) })
    const epochs = await store.epochs({ cluster, from: lastAt, limit: 10_000 })
    const open = epochs.filter(({ endedAt }) => endedAt === null)
    await store.write({ epochs: open.map((epoch) => ({ ...epoch, endedAt: Math.max(epoch.startedAt, lastAt) })) })
  }
  return left
}

async function prune(store: Store, clock: Clock): Promise<void> {
  for (let turn = 0, more = true; more && turn < PRUNE_TURNS; turn += 1) {
    more = await store.prune(clock.now())
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
