import { join } from 'node:path'
import { createClusterCollector } from '@portolan/collector'
import { EXIT, PortolanError } from '@portolan/core'
import { findCluster, inClusterAccess, type KubeAccess } from '@portolan/kube'
import { createLogger, createMetrics, runUntilSignal, systemClock, type Listen } from '@portolan/runtime'
import type { Command } from 'commander'
import type { End } from '../end.ts'
import { stateFolderOf } from '../state-folder.ts'
import {
  createFaults,
  DEFAULT_LISTEN,
  DEFAULT_MAX_SERIES,
  readAccess,
  readInterval,
  readListen,
  readMaxSeries,
} from '../settings.ts'

interface CollectorFlags {
  cluster?: string
  listen: string
  ingest: string
  state?: string
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

export interface CollectorPlan {
  cluster: string
  listen: Listen | null
  ingest: Listen
  state: string
  accounts: { agent: string; prober: string }
  tellsEvents: boolean
  intervalMs: number
  maxSeries: number
  excerpts: boolean
  asksPods: boolean
  kubeconfig?: string
  context?: string
}

const DEFAULT_INGEST = '127.0.0.1:9465'

export function defineCollector(command: Command, end: End): void {
  command
    .option('-c, --cluster <name>', 'the cluster, by the name that kind has for it (required)')
    .option('--listen <address>', 'HOST:PORT of the page and the API, or off', DEFAULT_LISTEN)
    .option('--ingest <address>', 'HOST:PORT where agents and probers send what they see', DEFAULT_INGEST)
    .option('--state <folder>', 'where to keep what was seen (default: $XDG_STATE_HOME/portolan)')
    .option(
      '--agent-account <name>',
      'NAMESPACE/NAME of the service account of the agents',
      'portolan-agents/portolan-agent',
    )
    .option('--prober-account <name>', 'NAMESPACE/NAME of the service account of probers', 'portolan/portolan-prober')
    .option('--no-events', 'do not report incidents as Events of the cluster')
    .option('--interval <duration>', 'how often to probe each port from each vantage', '1s')
    .option('--max-series <count>', 'how many series /metrics may have', DEFAULT_MAX_SERIES)
    .option('--no-excerpts', 'keep nothing of the answers of services, also where they are not as expected')
    .option('--witness', 'ask the pods of a dark port through the API server (pods/portforward, pods/proxy)')
    .option('--kubeconfig <file>', 'the access to the cluster, where this is no pod of it')
    .option('--context <name>', 'the context to use instead of kind-CLUSTER')
    .action(async (flags: CollectorFlags) => {
      await collect(readCollectorPlan(flags, process.env))
      end(EXIT.fine)
    })
}

/** Validates all options and tells every fault at once. @throws PortolanError usage, store_unusable */
export function readCollectorPlan(flags: CollectorFlags, env: NodeJS.ProcessEnv): CollectorPlan {
  const faults = createFaults()
  const cluster = flags.cluster ?? ''
  const { only: _, ...access } = readAccess({ ...flags, cluster: [cluster] }, faults)
  const listen = readListen(flags.listen)
  if (listen === undefined) faults.add(`--listen is "${flags.listen}", expected HOST:PORT or off`)
  const ingest = readListen(flags.ingest)
  if (ingest === undefined || ingest === null) faults.add(`--ingest is "${flags.ingest}", expected HOST:PORT`)
  for (const [key, account] of [
    ['--agent-account', flags.agentAccount],
    ['--prober-account', flags.proberAccount],
  ] as const) {
    if (!/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/.test(account)) {
      faults.add(`${key} is "${account}", expected NAMESPACE/NAME of a service account`)
    }
  }
  const intervalMs = readInterval(flags.interval, faults)
  const maxSeries = readMaxSeries(flags.maxSeries, faults)
  faults.check('collector')
  return {
    cluster,
    listen: listen ?? null,
    ingest: ingest as Listen,
    state: stateFolderOf(flags.state, env),
    accounts: { agent: flags.agentAccount, prober: flags.proberAccount },
    tellsEvents: flags.events,
    intervalMs,
    maxSeries,
    excerpts: flags.excerpts !== false,
    asksPods: flags.witness === true,
    ...access,
  }
}

async function collect(plan: CollectorPlan): Promise<void> {
  const { cluster, listen, ingest, accounts, tellsEvents, intervalMs } = plan
  const log = createLogger({ level: process.env.DEBUG === undefined ? 'info' : 'debug', to: 'stdout' })
  await runUntilSignal(() =>
    createClusterCollector({
      cluster,
      access: accessOf(plan),
      store: join(plan.state, 'portolan.db'),
      listen,
      ingest,
      accounts,
      tellsEvents,
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
    throw new PortolanError(error.code, `This is no pod, and: ${error.message}`, error.hint, error)
  }
}
