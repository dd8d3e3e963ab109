import { AUDIENCE, type Clock, type Log, type Settings } from '@portolan/core'
import { createKubeClient, type KubeAccess } from '@portolan/kube'
import type { Certificate, Listen, Metrics } from '@portolan/runtime'
import type { PageAccess } from './api/gate.ts'
import { createPageRights } from './api/page-rights.ts'
import { createPageTokens } from './api/page-tokens.ts'
import { type AuthProxy, createProxiedUsers } from './api/proxied-users.ts'
import { type CertificatePlan, createCertificateKeeper } from './certificate/keeper.ts'
import { type Collector, createCollector } from './collector.ts'
import { type Accounts, createAuthenticator } from './ingest/authenticator.ts'
import { createKubeEvents } from './kube-events.ts'
import type { Webhook } from './notify/message.ts'
import type { HubLink } from './upstream/hub-feed.ts'

export interface ClusterCollectorOptions {
  /** The cluster that it is in, by the name that its observers know. */
  cluster: string
  access: KubeAccess
  store: string
  /** The page and the API; null: none. */
  listen: Listen | null
  /** Who may read and write there, beside those whom the cluster's roles let. */
  pageAccess: Omit<PageAccess, 'tokens' | 'proxied'>
  /** Who says who its people are; null: nobody does. */
  authProxy: AuthProxy | null
  /** Metrics and health alone; null: nowhere. */
  metricsListen: Listen | null
  /** Where agents and probers send what they see. */
  ingest: Listen
  /** null: they come by plain HTTP. */
  tls: (CertificatePlan & { isRequired: boolean }) | null
  /** Whose tokens are taken. */
  accounts: Accounts
  /** Whether incidents become Events of the cluster. */
  tellsEvents: boolean
  /** The hub that gets the reports; null: none. */
  hub: HubLink | null
  /** Where incidents are reported; null: nowhere. */
  webhook: Webhook | null
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
): Pick<Collector, 'start' | 'stop' | 'address' | 'ingestAddress' | 'metricsAddress'> {
  const { cluster, access, clock, log, accounts, tls, authProxy } = options
  const client = createKubeClient({ access, clock, log })
  /** That Portolan is installed in. */
  const [namespace = ''] = accounts.prober.split('/')
  const rightsOf = createPageRights(client, namespace)
  const events = options.tellsEvents
    ? createKubeEvents({ client, clock, log, pathOf: (name, target) => collector.pathOf(name, target) })
    : null
  const keeper =
    tls === null
      ? null
      : createCertificateKeeper({ client, plan: tls, clock, log, make, present: (one) => collector.present(one) })
  const collector: Collector = createCollector({
    store: options.store,
    listen: options.listen,
    access: {
      ...options.pageAccess,
      tokens: createPageTokens(client, rightsOf, namespace),
      ...(authProxy !== null && { proxied: createProxiedUsers(authProxy, rightsOf, clock) }),
    },
    metricsListen: options.metricsListen,
    clock,
    log,
    metrics: options.metrics,
    settings: options.settings,
    excerpts: options.excerpts,
    webhook: options.webhook,
    hub: options.hub,
    ingest: {
      listen: options.ingest,
      tls: tls === null ? 'off' : tls.isRequired ? 'required' : 'offered',
      cluster,
      authenticate: createAuthenticator({
        review: (token) => client.reviewToken(token, AUDIENCE),
        nodeOfPod: (namespace, pod) => collector.nodeOfPod(cluster, namespace, pod),
        accounts,
        clock,
      }),
      fault: () => keeper?.fault() ?? null,
    },
    onAssign() {},
    onBurst() {},
    onChange: (change) => events?.change(change),
  })
  return {
    async start() {
      await collector.start()
      collector.watchCluster(cluster, access)
      const { address: page, ingestAddress: ingest, metricsAddress: metrics } = collector
      log.info({ cluster, server: access.server, page, ingest, metrics }, 'the collector is ready')
      await keeper?.start()
    },
    async stop() {
      await keeper?.stop()
      await events?.stop()
      await collector.stop()
    },
    get address() {
      return collector.address
    },
    get ingestAddress() {
      return collector.ingestAddress
    },
    get metricsAddress() {
      return collector.metricsAddress
    },
  }
}

/** Loading the library takes a tenth of a second: only when a certificate is made. */
async function make(host: string, from: Date, to: Date): Promise<Certificate> {
  const { makeCertificate } = await import('@portolan/certificates')
  return makeCertificate(host, from, to)
}
