import { AUDIENCE, type Clock, type Log, type Settings } from '@portolan/core'
import { createKubeClient, type KubeAccess } from '@portolan/kube'
import type { Metrics } from '@portolan/runtime'
import { type Collector, createCollector } from './collector.ts'
import { type Accounts, createAuthenticator } from './ingest/authenticator.ts'
import { createKubeEvents } from './kube-events.ts'

export interface ClusterCollectorOptions {
  /** The cluster that it is in, by the name that its observers know. */
  cluster: string
  access: KubeAccess
  store: string
  /** The page and the API; null: none. */
  listen: { host: string; port: number } | null
  /** Where agents and probers send what they see. */
  ingest: { host: string; port: number }
  /** Whose tokens are taken. */
  accounts: Accounts
  /** Whether incidents become Events of the cluster. */
  tellsEvents: boolean
  settings: Partial<Settings>
  /** Whether the beginnings of unexpected answers are kept. */
  excerpts: boolean
  metrics: Metrics
  clock: Clock
  log: Log
}

/** The collector of one cluster, whose observers are elsewhere and say who they are by tokens of that cluster. */
export function createClusterCollector(
  options: ClusterCollectorOptions,
): Pick<Collector, 'start' | 'stop'> & Pick<Collector, 'address' | 'ingestAddress'> {
  const { cluster, access, clock, log, accounts } = options
  const client = createKubeClient({ access, clock, log })
  const events = options.tellsEvents
    ? createKubeEvents({ client, clock, log, pathOf: (name, target) => collector.pathOf(name, target) })
    : null
  const collector: Collector = createCollector({
    store: options.store,
    listen: options.listen,
    clock,
    log,
    metrics: options.metrics,
    settings: options.settings,
    excerpts: options.excerpts,
    ingest: {
      listen: options.ingest,
      cluster,
      authenticate: createAuthenticator({
        review: (token) => client.reviewToken(token, AUDIENCE),
        nodeOfPod: (namespace, pod) => collector.nodeOfPod(cluster, namespace, pod),
        accounts,
        clock,
      }),
    },
    onAssign() {},
    onBurst() {},
    onChange: (change) => events?.change(change),
  })
  return {
    async start() {
      await collector.start()
      collector.watchCluster(cluster, access)
      const { address: page, ingestAddress: ingest } = collector
      log.info({ cluster, server: access.server, page, ingest }, 'the collector is there')
    },
    async stop() {
      await events?.stop()
      await collector.stop()
    },
    get address() {
      return collector.address
    },
    get ingestAddress() {
      return collector.ingestAddress
    },
  }
}
