import { join } from 'node:path'
import { readDuration } from '@portolan/base'
import {
  type AuthProxy,
  type CertificatePlan,
  createClusterCollector,
  type HubLink,
  readAddressRange,
  type Webhook,
} from '@portolan/collector'
import { EXIT, PortolanError } from '@portolan/core'
import { findCluster, inClusterAccess, type KubeAccess } from '@portolan/kube'
import { createLogger, createMetrics, runUntilSignal, systemClock, type Listen } from '@portolan/runtime'
import type { Command } from 'commander'
import { readStore, STORE } from '../database-store.ts'
import type { End } from '../end.ts'
import { addHubOptions, type HubFlags, readHub } from '../hub-link.ts'
import { pageKeys, readKeyFile } from '../page-key.ts'
import { stateFolderOf } from '../state-folder.ts'
import {
  createFaults,
  DEFAULT_LISTEN,
  DEFAULT_MAX_SERIES,
  type Faults,
  METRICS_LISTEN,
  type PageFlags,
  type PageSettings,
  PRIVATE,
  readAccess,
  readInterval,
  readListen,
  readMaxSeries,
  readPageSettings,
  TOKEN_FILE,
  repeated,
} from '../settings.ts'
import { addWebhookOptions, readWebhook, type WebhookFlags } from '../webhook.ts'

interface CollectorFlags extends PageFlags, WebhookFlags, HubFlags {
  cluster?: string
  listen: string
  ingest: string
  certificateSecret?: string
  certificateGiven?: boolean
  certificateHost: string
  certificateLifetime: string
  trust: string[]
  authProxyHeader?: string
  authProxyGroupsHeader?: string
  authProxyFrom: string[]
  tls: boolean
  offerPlain?: boolean
  state?: string
  store?: string
  agentAccount: string
  proberAccount: string
  events: boolean
  interval: string
  maxSeries: string
  excerpts?: boolean
  witness?: boolean
  kubeconfig?: string
  context?: string
}

export interface CollectorPlan extends PageSettings {
  cluster: string
  listen: Listen | null
  ingest: Listen
  tls: (CertificatePlan & { isRequired: boolean }) | null
  authProxy: AuthProxy | null
  state: string
  database: string | null
  accounts: { agent: string; prober: string }
  tellsEvents: boolean
  webhook: Webhook | null
  hub: HubLink | null
  intervalMs: number
  maxSeries: number
  excerpts: boolean
  asksPods: boolean
  kubeconfig?: string
  context?: string
}

const DEFAULT_INGEST = '127.0.0.1:9465'
const DEFAULT_HOST = 'portolan-collector.portolan.svc'
/** An agent has to learn of a certificate within a sixth of this. */
const SHORTEST_LIFETIME_MS = 15 * 60_000
const LONGEST_LIFETIME_MS = 10 * 365 * 24 * 60 * 60_000

export function defineCollector(command: Command, end: End): void {
  command
    .option('-c, --cluster <name>', 'the name of the cluster in kind (required)')
    .option('--listen <address>', 'HOST:PORT of the page and the API, or off', DEFAULT_LISTEN)
    .option('--ingest <address>', 'HOST:PORT where agents and probers report', DEFAULT_INGEST)
    .option('--metrics-listen <address>', METRICS_LISTEN)
    .option('--private', PRIVATE)
    .option('--token-file <file>', TOKEN_FILE)
    .option('--auth-proxy-header <name>', 'the header in which a proxy names the user who reads the page')
    .option('--auth-proxy-groups-header <name>', 'the header in which the proxy names the groups of the user')
    .option(
      '--auth-proxy-from <range>',
      'an address that the proxy connects from, e.g. 10.1.2.3 or 10.0.0.0/8; repeatable',
      repeated,
      [],
    )
    .option(
      '--certificate-secret <name>',
      'NAMESPACE/NAME of the Secret for its certificate, which the collector creates and renews',
    )
    .option('--certificate-given', 'another program, e.g. cert-manager, writes that Secret (tls.crt, tls.key, ca.crt)')
    .option('--certificate-host <name>', 'the host name under which agents reach the collector', DEFAULT_HOST)
    .option('--certificate-lifetime <duration>', 'how long a certificate lasts', '90d')
    .option(
      '--trust <name>',
      'NAMESPACE/NAME of a ConfigMap for the certificates that agents trust; repeatable',
      repeated,
      [],
    )
    .option('--offer-plain', 'also accept reports without TLS, while agents and probers are being upgraded')
    .option('--no-tls', 'accept reports only without TLS: others on the network can read the tokens')
    .option('--state <folder>', 'the folder that keeps the history (default: $XDG_STATE_HOME/portolan)')
    .option('--store <address>', STORE)
    .option(
      '--agent-account <name>',
      'NAMESPACE/NAME of the service account of the agents',
      'portolan-agents/portolan-agent',
    )
    .option('--prober-account <name>', 'NAMESPACE/NAME of the service account of probers', 'portolan/portolan-prober')
    .option('--no-events', 'do not report incidents as Events of the cluster')
    .option('--interval <duration>', 'how often to probe each port from each vantage', '1s')
    .option('--max-series <count>', 'how many series /metrics may have', DEFAULT_MAX_SERIES)
    .option('--no-excerpts', 'keep no text of any answer, not even of unexpected ones')
    .option('--witness', 'ask the pods of a dark port through the API server (pods/portforward, pods/proxy)')
    .option('--kubeconfig <file>', 'the file with the access to the cluster, if the collector runs outside it')
    .option('--context <name>', 'the context to use instead of kind-CLUSTER')
  addHubOptions(addWebhookOptions(command)).action(async (flags: CollectorFlags) => {
    await collect(readCollectorPlan(flags, process.env))
    end(EXIT.fine)
  })
}

/** Validates all options and reports every fault at once. @throws PortolanError usage, store_unusable */
export function readCollectorPlan(flags: CollectorFlags, env: NodeJS.ProcessEnv): CollectorPlan {
  const faults = createFaults()
  const cluster = flags.cluster ?? ''
  const { only: _, ...access } = readAccess({ ...flags, cluster: [cluster] }, faults)
  const listen = readListen(flags.listen)
  if (listen === undefined) faults.add(`--listen is "${flags.listen}", expected HOST:PORT or off`)
  const ingest = readListen(flags.ingest)
  if (ingest === undefined || ingest === null) faults.add(`--ingest is "${flags.ingest}", expected HOST:PORT`)
  const page = readPageSettings(flags, faults)
  checkName('--agent-account', flags.agentAccount, 'a service account', faults)
  checkName('--prober-account', flags.proberAccount, 'a service account', faults)
  const tls = readTls(flags, faults)
  const authProxy = readAuthProxy(flags, faults)
  const webhook = readWebhook(flags, env, faults)
  const database = readStore(flags.store, env, faults)
  const hub = readHub(flags, { source: cluster, env }, faults)
  const intervalMs = readInterval(flags.interval, faults)
  const maxSeries = readMaxSeries(flags.maxSeries, faults)
  faults.check('collector')
  const state = stateFolderOf(flags.state, env)
  return {
    cluster,
    listen: listen ?? null,
    ingest: ingest as Listen,
    ...page,
    tls,
    authProxy,
    state,
    database,
    accounts: { agent: flags.agentAccount, prober: flags.proberAccount },
    tellsEvents: flags.events,
    webhook,
    hub: hub === null ? null : { ...hub, spool: join(state, 'hub') },
    intervalMs,
    maxSeries,
    excerpts: flags.excerpts !== false,
    asksPods: flags.witness === true,
    ...access,
  }
}

function checkName(option: string, name: string, of: string, faults: Faults): void {
  if (/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/.test(name)) return
  faults.add(`${option} is "${name}", expected NAMESPACE/NAME of ${of}`)
}

/** null: without TLS, which somebody has to ask for. */
function readTls(flags: CollectorFlags, faults: Faults): CollectorPlan['tls'] {
  if (!flags.tls) return null
  const { certificateSecret: secret, certificateHost: host, trust } = flags
  if (secret === undefined) {
    faults.add('--certificate-secret is required, or --no-tls')
    return null
  }
  checkName('--certificate-secret', secret, 'a Secret', faults)
  for (const name of trust) checkName('--trust', name, 'a ConfigMap', faults)
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(host))
    faults.add(`--certificate-host is "${host}", expected a host name`)
  const lifetimeMs = readDuration(flags.certificateLifetime) ?? 0
  if (lifetimeMs < SHORTEST_LIFETIME_MS || lifetimeMs > LONGEST_LIFETIME_MS)
    faults.add(`--certificate-lifetime is "${flags.certificateLifetime}", expected a duration from 15m to 3650d`)
  const isGiven = flags.certificateGiven === true
  return { secret, host, trust, lifetimeMs: isGiven ? null : lifetimeMs, isRequired: flags.offerPlain !== true }
}

/** null: nobody else says who somebody is. */
function readAuthProxy(flags: CollectorFlags, faults: Faults): AuthProxy | null {
  const { authProxyHeader: userHeader, authProxyGroupsHeader: groupsHeader, authProxyFrom: from } = flags
  for (const [option, name] of Object.entries({ header: userHeader, 'groups-header': groupsHeader }))
    if (name !== undefined && !/^[a-z][a-z0-9-]{0,99}$/i.test(name))
      faults.add(`--auth-proxy-${option} is "${name}", expected the name of a header`)
  for (const range of from)
    if (readAddressRange(range) === null)
      faults.add(`--auth-proxy-from is "${range}", expected an address, or a range of them such as 10.0.0.0/8`)
  if (userHeader === undefined) {
    if (groupsHeader !== undefined || from.length > 0)
      faults.add('--auth-proxy-header is required with the other --auth-proxy options')
    return null
  }
  if (from.length === 0)
    faults.add('--auth-proxy-header needs --auth-proxy-from: Portolan ignores the header from other addresses')
  return { userHeader, groupsHeader: groupsHeader ?? null, from }
}

async function collect(plan: CollectorPlan): Promise<void> {
  const { cluster, listen, metricsListen, ingest, tls, accounts, tellsEvents, intervalMs } = plan
  const log = createLogger({ level: process.env.DEBUG === undefined ? 'info' : 'debug', to: 'stdout' })
  const chosen = plan.tokenFile === null ? null : readKeyFile(plan.tokenFile)
  await runUntilSignal(() =>
    createClusterCollector({
      cluster,
      access: accessOf(plan),
      store: plan.database ?? join(plan.state, 'portolan.db'),
      listen,
      pageAccess: { keys: pageKeys(plan.state, chosen), isPrivate: plan.isPrivate },
      authProxy: plan.authProxy,
      metricsListen,
      ingest,
      tls,
      accounts,
      tellsEvents,
      webhook: plan.webhook,
      hub: plan.hub,
      // Printed commands are for people outside.
      settings: { intervalMs, context: plan.context ?? `kind-${cluster}`, asksPods: plan.asksPods },
      excerpts: plan.excerpts,
      metrics: createMetrics(plan.maxSeries),
      clock: systemClock,
      log,
    }),
  )
}

function accessOf({ cluster, kubeconfig, context }: CollectorPlan): KubeAccess {
  const env = process.env
  if (kubeconfig === undefined && context === undefined && env.KUBERNETES_SERVICE_HOST !== undefined) {
    return inClusterAccess(env)
  }
  try {
    return findCluster({ cluster, env, kubeconfig, context })
  } catch (error) {
    if (!(error instanceof PortolanError)) throw error
    throw new PortolanError(error.code, `This program does not run in a pod, and: ${error.message}`, error.hint, error)
  }
}
