import type { Clock, Log } from '@portolan/core'
import {
  createCleanup,
  createMetrics,
  type HttpServer,
  type Listen,
  type Metrics,
  startHttpServer,
  startLoop,
} from '@portolan/runtime'
import { createMetricsApp } from '../api/metrics-app.ts'
import type { PageAccess } from '../api/gate.ts'
import { createGuard } from '../guard.ts'
import { createDatabase } from '../store/postgres/database.ts'
import { createFleetReader } from '../store/postgres/fleet.ts'
import { followTimeline, newestEntry } from '../store/postgres/follow.ts'
import { createHubStore } from '../store/postgres/hub-store.ts'
import { takeWriterLock } from '../store/postgres/lock.ts'
import { inUse, unusableDatabase } from '../store/postgres/open.ts'
import { readDatabasePlace } from '../store/postgres/place.ts'
import { createStream } from '../stream.ts'
import { createHubApi } from './api.ts'
import { createHubIngest } from './ingest.ts'
import { createHubEvents } from './metrics.ts'
import { createHubTokens } from './tokens.ts'

export interface HubOptions {
  /** The address of the database, which it shares with its replicas alone. */
  store: string
  /** The page and the API; null: none. */
  listen: Listen | null
  access: PageAccess
  /** Where collectors send what they decide. */
  ingest: Listen
  /** Metrics and health alone; null: nowhere. */
  metricsListen: Listen | null
  /** The file of the senders. */
  tokens: string
  metrics?: Metrics
  clock: Clock
  log: Log
}

/** One replica of a hub: all that lasts is in the database. */
export interface Hub {
  /** @throws {PortolanError} store_unusable, config_invalid, port_in_use; nothing is left running then */
  start(): Promise<void>
  /** Idempotent, bounded, never rejects. */
  stop(): Promise<void>
  /** Why it does not do its work at the moment; null while it does. */
  fault(): string | null
  readonly address: HttpServer | null
  readonly ingestAddress: HttpServer | null
  readonly metricsAddress: HttpServer | null
}

const LIMITS = { connections: 8, statementMs: 20_000 }
/** What one question may read. */
const MOST_BYTES = 32 * 1024 * 1024
const MAINTENANCE_MS = 60_000
const MAINTENANCE_TURNS = 50

export function createHub(options: HubOptions): Hub {
  const { clock, log } = options
  const place = readDatabasePlace(options.store)
  const metrics = options.metrics ?? createMetrics()
  const cleanup = createCleanup({ clock, log })
  let fault = (): string | null => 'it has not started yet'
  let server: HttpServer | null = null
  let ingestServer: HttpServer | null = null
  let metricsServer: HttpServer | null = null

  async function start(): Promise<void> {
    const events = createHubEvents(metrics, log)
    const tokens = createHubTokens(options.tokens, clock, log)
    const database = createDatabase(place, LIMITS)
    cleanup.add('database', database.close)
    const lock = await takeWriterLock(database, 'together')
    if (lock === null) throw await inUse(database)
    cleanup.add('lock', lock.release)
    const { migrate } = await import('../store/postgres/migrate.ts')
    await migrate(database)
    const store = await createHubStore(database, events.rowDamaged)
    const fleet = createFleetReader(database, events.rowDamaged, MOST_BYTES)
    const stream = createStream(createGuard(events.listenerThrew))
    const follower = followTimeline(database, store, await newestEntry(database), stream.publish)
    cleanup.add('follower', follower.stop)
    fault = follower.fault
    async function renderMetrics(accept?: string) {
      events.clusters(await fleet.clusters().catch(() => []))
      return metrics.render(accept)
    }
    const context = { store, fleet, stream, clock, log, fault, renderMetrics }
    if (options.listen !== null)
      server = keep(await startHttpServer(createHubApi(context, options.listen.host, options.access), options.listen))
    if (options.metricsListen !== null)
      metricsServer = keep(await startHttpServer(createMetricsApp(context), options.metricsListen))
    const ingest = { store, tokens, clock, log, ...events }
    ingestServer = keep(await startHttpServer(createHubIngest(ingest), options.ingest))
    const maintenance = startLoop({ name: 'maintenance', everyMs: MAINTENANCE_MS, clock, log, run: maintain })
    cleanup.add('maintenance', maintenance.stop)

    async function maintain(): Promise<void> {
      for (let turn = 0; turn < MAINTENANCE_TURNS && (await store.maintain(clock.now())); turn += 1);
    }
  }

  function keep(started: HttpServer): HttpServer {
    cleanup.add('http server', started.stop)
    return started
  }

  return {
    async start() {
      try {
        await cleanup.guard(start)
      } catch (error) {
        throw unusableDatabase(error, place.shown)
      }
    },
    stop: () => cleanup.run(),
    fault: () => fault(),
    get address() {
      return server
    },
    get ingestAddress() {
      return ingestServer
    },
    get metricsAddress() {
      return metricsServer
    },
  }
}
