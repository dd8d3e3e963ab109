import { randomUUID } from 'node:crypto'
import {
  blindBecause,
  type Assignment,
  type Burst,
  type Change,
  type Clock,
  type ClusterObjects,
  type ClusterState,
  type Fact,
  explainRoutes,
  type Forecast,
  foresee,
  type Incident,
  knowsAll,
  unwatched,
  type Log,
  objectsOf,
  type Observer,
  type Path,
  pathOf,
  type RouteExplanation,
  type Settings,
  type TargetExplanation,
  type TargetView,
} from '@portolan/core'
import type { KubeAccess } from '@portolan/kube'
import {
  type Certificate,
  createCleanup,
  createMetrics,
  type HttpServer,
  type Listen,
  type Metrics,
  type SecureServer,
  startHttpServer,
  startLoop,
} from '@portolan/runtime'
import { createApi } from './api/api.ts'
import type { ApiContext } from './api/context.ts'
import type { PageAccess } from './api/gate.ts'
import { createMetricsApp } from './api/metrics-app.ts'
import type { Archive } from './archive/archive.ts'
import { openLastingArchive } from './archive/lasting-archive.ts'
import { explanationsOf, incidentsOf, targetsOf } from './clusters.ts'
import { createEvents } from './events.ts'
import { createGuard } from './guard.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createIngestApp } from './ingest/app.ts'
import type { Authenticate, Identity } from './ingest/identity.ts'
import { createOrderBook, type OrderBook } from './ingest/orders.ts'
import type { IngestContext } from './ingest/routes.ts'
import { createStreams, type StreamPlace, type Streams } from './ingest/streams.ts'
import { createFamilies } from './metrics/families.ts'
import { createTargetGauges } from './metrics/target-gauges.ts'
import { endEpochs, readLeft } from './left-open.ts'
import { createNotebook, type Notebook } from './notebook.ts'
import type { Webhook } from './notify/message.ts'
import { type Notifier, startNotifier } from './notify/notifier.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { createLiveScene } from './scene.ts'
import type { Retention, Writer } from './store/store.ts'
import { type Address, addressOf, startServer, type Tls } from './servers.ts'
import { createStream } from './stream.ts'
import { startFeed } from './upstream/start-feed.ts'
import { type HubLink, withFeed } from './upstream/hub-feed.ts'
import { createWatching, type Watching } from './watching.ts'

export interface CollectorOptions {
  /** A file, or `:memory:`. */
  store: string
  /** null: no API. */
  listen: Listen | null
  /** Who may read and write there; by default everybody on this machine reads, and nobody writes. */
  access?: PageAccess
  /** Where metrics and health are served, alone and to everybody; nowhere by default. */
  metricsListen?: Listen | null
  clock: Clock
  log: Log
  /** Where to export to; a registry of its own by default. */
  metrics?: Metrics
  /** Of every cluster, or of each. */
  settings?: Partial<Settings> | ((cluster: string) => Partial<Settings>)
  retention?: Retention
  /** Whether the beginnings of unexpected answers are kept; they are by default, but for those of servers that fail. */
  excerpts?: boolean
  /**
   * The facts are those of a recording: they bring their own ticks and starts, and `clock` tells their time.
   *
   * @returns by how much faster than ours that goes by
   */
  replay?: () => number
  /** The observer is to do exactly this in the cluster from now on. */
  onAssign(cluster: string, to: Observer, assignment: Assignment): void
  /** The hub that gets the reports; none by default. */
  hub?: HubLink | null
  /** Where incidents, flapping and risk are reported; nowhere by default. */
  webhook?: Webhook | null
  /** Where observers elsewhere send what they see; nobody does by default. */
  ingest?: IngestOptions
  onBurst(cluster: string, to: Observer, bursts: Burst[]): void
  onChange(change: Change): void
  /** Something that a person should know, in one sentence; it is logged as well. */
  onNotice?(text: string): void
}

export interface IngestOptions {
  listen: Listen
  tls: Tls
  /** The one cluster that they are about. */
  cluster: string
  authenticate: Authenticate
  /** Why nobody is taken in at the moment; null while they are. */
  fault?(): string | null
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
  /** @param target its id, with `CLUSTER/` in front if several clusters have it: else the first one's is told */
  explain(target: string): TargetExplanation | null
  /** Of all clusters, also those that no port leads to. */
  routes(): RouteExplanation[]
  /** Those that are open. */
  incidents(): Incident[]
  /** Why nothing can be kept at the moment; null while all is well. */
  fault(): string | null
  /** Why the objects of a cluster are not known, or not fresh; null when they are. */
  blind(cluster: string): string | null
  /** What clients may come in by and is not looked at, in sentences for people. */
  unwatched(cluster: string): string[]
  /** What the next reschedule would make of its ports; null until all lists of the cluster have come. */
  foresee(cluster: string): Forecast | null
  /** What a forecast reads of it; null until all lists of the cluster have come. */
  objects(cluster: string): ClusterObjects | null
  /** Everything taken so far is safe against the death of this process once this answers. */
  flush(): Promise<void>
  /** Where the page and the API are served; null without them. */
  readonly address: Address | null
  /** Where observers elsewhere are taken in; null where they are not. */
  readonly ingestAddress: Address | null
  /** Where metrics and health are served alone; null where they are not. */
  readonly metricsAddress: Address | null
  /** Who comes by TLS sees this certificate from now on. Until the first one others alone get in. */
  present(certificate: Certificate): void
  /** How a port leads into the cluster as it is now; null where it is not mapped. */
  pathOf(cluster: string, target: string): Path | null
  /** Where a pod of this cluster runs, as far as it is known. */
  nodeOfPod(cluster: string, namespace: string, pod: string): string | null
}

const BEAT_MS = 1000
const PRUNE_MS = 10_000
/** Between these others get their turn. */
const PRUNE_TURNS = 25

/** Takes facts in, decides through core, stores and reports the result. */
export function createCollector(options: CollectorOptions): Collector {
  const { clock, log, listen, access = { keys: [randomUUID()], isPrivate: false } } = options
  const metrics = options.metrics ?? createMetrics()
  const families = createFamilies(metrics)
  const gauges = createTargetGauges(metrics, families)
  const events = createEvents(metrics, families, gauges, log)
  const guard = createGuard(events.listenerThrew)
  const stream = createStream(guard)
  const cleanup = createCleanup({ clock, log })
  let running: { recorder: Recorder; watching: Watching; fault(): string | null } | null = null
  let server: HttpServer | SecureServer | null = null
  let ingestServer: HttpServer | SecureServer | null = null
  let metricsServer: HttpServer | null = null

  async function start(): Promise<void> {
    const store = await openLastingArchive({
      path: options.store,
      retention: options.retention,
      onDamaged: events.rowDamaged,
      onRenewed: keepOnceMore,
    })
    cleanup.add('store', () => store.close())
    const notice = (text: string) => guard('notices', () => options.onNotice?.(text))
    const stored = createRecorder({ store, clock, log, guard, onStored: stream.publish })
    cleanup.add('recorder', stored.flush)
    const feed = options.hub == null ? null : startFeed(options.hub, { clock, log, onNotice: notice })
    if (feed !== null) cleanup.add('hub', feed.stop)
    const recorder = feed === null ? stored : withFeed(stored, feed)
    const { onAssign, onBurst, onChange, settings = {}, replay, webhook = null } = options
    let notifier: Notifier | null = null
    const streams = await store.streams()
    const left = await readLeft(store, streams)
    const orders = options.ingest === undefined ? null : createOrderBook(clock)
    const watching = createWatching({
      clock,
      log,
      recorder,
      events,
      guard,
      settingsOf: typeof settings === 'function' ? settings : () => settings,
      keepsExcerpts: options.excerpts ?? true,
      replays: replay !== undefined,
      left,
      onAssign(cluster, to, assignment) {
        orders?.assign(to, assignment)
        onAssign(cluster, to, assignment)
      },
      onBurst(cluster, to, bursts) {
        orders?.burst(to, bursts)
        onBurst(cluster, to, bursts)
      },
      onChange(change) {
        notifier?.change(change)
        onChange(change)
      },
      onNews: (cluster) => beat.changed(cluster),
    })
    const beat = createHeartbeat(recorder, watching.clusters, clock)
    cleanup.add('heartbeat', beat.run)
    const notebook = await createNotebook(store, clock.now(), (note) => feed?.note(note))
    const fault = () => store.fault() ?? recorder.fault()
    running = { recorder, watching, fault }
    let writer: Writer = { pid: process.pid, startedAt: clock.now(), url: null }
    let lookedAt = clock.now()
    /** What lasts still is kept in the other store as well; the next beat brings how things are. */
    async function keepOnceMore(other: Archive, why: string): Promise<void> {
      await endEpochs(other, await other.views())
      await other.introduce(writer)
      await other.write({ incidents: incidentsOf(watching.clusters), notes: [...notebook.all()] })
      beat.again()
      notifier?.again()
      events.storeRenewed(why)
      for (const cluster of watching.clusters.keys()) {
        watching.announce({ type: 'gap', at: clock.now(), cluster, from: lookedAt, to: clock.now(), reason: why })
      }
      notice(why)
    }
    async function lookAndBeat(): Promise<void> {
      await store.look()
      lookedAt = clock.now()
      beat.run()
    }
    const context = contextOf(store, recorder, fault, watching, notebook)
    if (listen !== null) {
      // Who comes through the API server looks who it is; who is on this host need not.
      const tls = options.ingest === undefined || options.ingest.tls === 'off' ? 'off' : 'offered'
      server = keep(await startServer(createApi(context, listen.host, access), listen, tls))
    }
    if (options.metricsListen != null) {
      const healthy = { ...context, fault: () => fault() ?? options.ingest?.fault?.() ?? null }
      metricsServer = keep(await startHttpServer(createMetricsApp(healthy), options.metricsListen))
    }
    if (options.ingest !== undefined && orders !== null) {
      for (const kind of ['prober', 'agent'] as const) {
        events.sourceHeard(options.ingest.cluster, kind, lastSign(streams, options.ingest.cluster, kind))
      }
      const ingest = ingestContext(options.ingest, recorder, watching, orders, createStreams(streams))
      ingestServer = keep(
        await startServer(createIngestApp(ingest, context), options.ingest.listen, options.ingest.tls),
      )
      cleanup.add('orders', orders.stop)
    }
    writer = { ...writer, url: server?.url ?? null }
    await store.introduce(writer)
    const { clusters } = watching
    notifier = await startNotifier({ webhook, store, clusters, notebook, events, clock, log, onNotice: notice })
    cleanup.add('webhook', notifier.stop)
    const loops = [
      startLoop({ name: 'heartbeat', everyMs: BEAT_MS, clock, log, run: lookAndBeat }),
      startLoop({ name: 'retention', everyMs: PRUNE_MS, clock, log, run: () => prune(store, clock) }),
    ]
    for (const loop of loops) cleanup.add('loop', loop.stop)
    cleanup.add('watching', watching.stop)
  }

  function keep<Server extends HttpServer>(started: Server): Server {
    cleanup.add('http server', started.stop)
    return started
  }

  function contextOf(
    store: Archive,
    { flush }: Recorder,
    fault: () => string | null,
    { clusters, medianMs }: Watching,
    notebook: Notebook,
  ): ApiContext {
    async function renderMetrics(accept?: string) {
      await gauges.refresh({
        states: () => [...clusters.values()].map(({ state }) => state),
        isSilenced: (target) => notebook.silences(target, clock.now()),
        at: () => clock.now(),
      })
      events.seriesDropped(metrics.dropped())
      return metrics.render(accept)
    }
    const pace = options.replay ?? (() => 1)
    const recorded = options.replay !== undefined
    const scene = createLiveScene(clusters, clock.now)
    const silences = () => (target: { cluster: string; id: string }) => notebook.silences(target, clock.now())
    return {
      clusters,
      scene,
      silences,
      medianMs,
      store,
      flush,
      stream,
      notebook,
      clock,
      pace,
      recorded,
      log,
      fault,
      renderMetrics,
    }
  }

  function ingestContext(
    { cluster, authenticate }: IngestOptions,
    recorder: Recorder,
    { take }: Watching,
    orders: OrderBook,
    streams: Streams,
  ): IngestContext {
    const { fault, flush, stream: heard } = recorder
    const { ingestRejected: onRejected, ingested: onTaken } = events
    const onSign = (kind: Identity['kind']) => events.sourceHeard(cluster, kind, clock.now())
    return { cluster, clock, authenticate, orders, streams, take, heard, flush, fault, onRejected, onTaken, onSign }
  }

  function now(): NonNullable<typeof running> {
    if (running === null) throw new Error('the collector is used before its start')
    return running
  }

  /** @returns otherwise what is given, for a cluster that is not watched */
  function read<T>(cluster: string, of: (state: ClusterState) => T, otherwise: T): T {
    const state = now().watching.clusters.get(cluster)?.state
    return state === undefined ? otherwise : of(state)
  }

  return {
    start: () => cleanup.guard(start),
    stop: () => cleanup.run(),
    watchCluster: (name, access, why = 'there is no access to its API') =>
      now().watching.watchCluster(name, access, why),
    forgetCluster: (name) => now().watching.forgetCluster(name),
    take: (fact) => now().watching.take(fact),
    targets: () => targetsOf(now().watching.clusters),
    explain: (target) => explanationsOf(now().watching.clusters, target, clock.now())[0] ?? null,
    routes: () => [...now().watching.clusters.values()].flatMap(({ state }) => explainRoutes(state, clock.now())),
    incidents: () => incidentsOf(now().watching.clusters),
    fault: () => now().fault(),
    unwatched: (cluster) => read(cluster, unwatched, []),
    blind: (cluster) => read(cluster, blindBecause, null),
    foresee: (cluster) => read(cluster, (state) => (knowsAll(state) ? foresee(state) : null), null),
    objects: (cluster) => read(cluster, (state) => (knowsAll(state) ? objectsOf(state) : null), null),
    flush: () => now().recorder.flush(),
    pathOf: (cluster, target) => read(cluster, (state) => pathOf(state, target), null),
    nodeOfPod: (cluster, namespace, pod) =>
      read(cluster, ({ inventory }) => inventory.pods.get(`Pod/${namespace}/${pod}`)?.node ?? null, null),
    get address() {
      return addressOf(server)
    },
    get ingestAddress() {
      return addressOf(ingestServer)
    },
    get metricsAddress() {
      return addressOf(metricsServer)
    },
    present(certificate) {
      const servers: (HttpServer | SecureServer | null)[] = [server, ingestServer]
      for (const one of servers) if (one !== null && 'present' in one) one.present(certificate)
    },
  }
}

/** When one of these was last heard, in an earlier life of the collector; 0 for never. */
function lastSign(streams: readonly StreamPlace[], cluster: string, kind: Identity['kind']): number {
  const heard = streams.filter((one) => one.cluster === cluster && one.source.startsWith(`${kind}/`))
  return Math.max(0, ...heard.map(({ at }) => at))
}

async function prune(store: Archive, clock: Clock): Promise<void> {
  for (let turn = 0, more = true; more && turn < PRUNE_TURNS; turn += 1) {
    more = await store.prune(clock.now())
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
