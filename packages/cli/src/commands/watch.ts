import { join, resolve } from 'node:path'
import { readDuration } from '@portolan/base'
import type { HubLink, Webhook } from '@portolan/collector'
import { type Change, EXIT, type ExitCode, PortolanError, printable } from '@portolan/core'
import { createLogger, systemClock, type Listen } from '@portolan/runtime'
import type { Command } from 'commander'
import { chooseReporter } from '../choose-reporter.ts'
import { createLive, type Live } from '../live.ts'
import { readStore, STORE } from '../database-store.ts'
import type { End } from '../end.ts'
import { addHubOptions, type HubFlags, readHub } from '../hub-link.ts'
import { type Notice, noticeText } from '../render/notice.ts'
import { pageKeys, readKeyFile } from '../page-key.ts'
import { announceRunning } from '../running/announce.ts'
import {
  createFaults,
  DEFAULT_LISTEN,
  DEFAULT_MAX_SERIES,
  METRICS_LISTEN,
  NO_WITNESS,
  PRIVATE,
  PROVE,
  readAnyAccess,
  readInterval,
  readListen,
  readMaxSeries,
  readPageSettings,
  repeated,
  TOKEN_FILE,
  type AnyAccess,
  type PageFlags,
  type PageSettings,
} from '../settings.ts'
import { stateFolderOf } from '../state-folder.ts'
import { portInUse } from '../running/port-in-use.ts'
import { untilStopped } from '../until-stopped.ts'
import { addWebhookOptions, readWebhook, type WebhookFlags } from '../webhook.ts'
import { createWatchSession, exitCodeFor, vantagesOf } from '../watch-session.ts'

interface WatchFlags extends PageFlags, WebhookFlags, HubFlags {
  cluster?: string[]
  kubeconfig?: string
  context?: string
  json?: boolean
  for?: string
  listen: string
  state?: string
  store?: string
  interval: string
  maxSeries: string
  excerpts?: boolean
  witness?: boolean
  prove?: boolean
}

export interface WatchPlan extends AnyAccess, PageSettings {
  json: boolean
  forMs: number | null
  listen: Listen | null
  state: string
  /** The address of the database that keeps what was seen; null: a file in the state folder does. */
  database: string | null
  intervalMs: number
  maxSeries: number
  excerpts: boolean
  asksPods: boolean
  prove: boolean
  webhook: Webhook | null
  hub: HubLink | null
}

export function defineWatch(command: Command, end: End): void {
  command
    .option('-c, --cluster <name>', 'only this cluster; repeatable', repeated)
    .option('--kubeconfig <file>', 'the file with the access to the cluster (default: $KUBECONFIG, ~/.kube/config)')
    .option(
      '--context <name>',
      'any cluster of the kubeconfig, by its context, with its ports at the addresses of its nodes; with one --cluster: the context to use instead of kind-CLUSTER',
    )
    .option('--json', 'one JSON object per change, see docs/schema/watch-line.json')
    .option('--for <duration>', 'end after this time, e.g. 60s or 5m; exit code 1 if a port was dark')
    .option(
      '--listen <address>',
      'HOST:PORT of the page, the API and the metrics; 127.0.0.1:0 for any free port, or off',
      DEFAULT_LISTEN,
    )
    .option('--metrics-listen <address>', METRICS_LISTEN)
    .option('--private', PRIVATE)
    .option('--token-file <file>', TOKEN_FILE)
    .option('--state <folder>', 'the folder that keeps the history (default: $XDG_STATE_HOME/portolan)')
    .option('--store <address>', STORE)
    .option('--interval <duration>', 'how often to probe each port from each vantage', '1s')
    .option(
      '--max-series <count>',
      'how many series /metrics may have; beyond that, it sums up the series of single ports',
      DEFAULT_MAX_SERIES,
    )
    .option('--no-excerpts', 'keep no text of any answer, not even of unexpected ones')
    .option('--no-witness', NO_WITNESS)
    .option('--prove', PROVE)
  addHubOptions(addWebhookOptions(command)).action(async (flags: WatchFlags) =>
    end(await watch(readWatchPlan(flags, process.env))),
  )
}

/** Validates all options and reports every fault at once. @throws PortolanError usage, store_unusable */
export function readWatchPlan(flags: WatchFlags, env: NodeJS.ProcessEnv): WatchPlan {
  const faults = createFaults()
  const forMs = flags.for === undefined ? null : readDuration(flags.for)
  if (flags.for !== undefined && (forMs === null || forMs <= 0))
    faults.add(`--for is "${flags.for}", expected a duration, e.g. 60s or 5m`)
  const intervalMs = readInterval(flags.interval, faults)
  const maxSeries = readMaxSeries(flags.maxSeries, faults)
  const listen = readListen(flags.listen)
  if (listen === undefined) faults.add(`--listen is "${flags.listen}", expected HOST:PORT or off`)
  const access = readAnyAccess(flags, faults)
  const page = readPageSettings(flags, faults)
  const webhook = readWebhook(flags, env, faults)
  const database = readStore(flags.store, env, faults)
  const hub = readHub(flags, { env }, faults)
  if (flags.prove === true && access.byAddress)
    faults.add(
      '--prove reads the rules in the containers of kind nodes, and --context leads to a cluster that has none',
    )
  faults.check('watch')
  const state = stateFolderOf(flags.state, env)
  return {
    ...access,
    ...page,
    json: flags.json === true,
    forMs,
    listen: listen ?? null,
    state,
    database,
    intervalMs,
    maxSeries,
    excerpts: flags.excerpts !== false,
    asksPods: flags.witness !== false,
    prove: flags.prove === true,
    webhook,
    hub: hub === null ? null : { ...hub, spool: join(state, 'hub') },
  }
}

/** @param first what to say before all else */
export async function watch(plan: WatchPlan, first?: string): Promise<ExitCode> {
  const clock = systemClock
  const reporter = chooseReporter({ json: plan.json, clock, live: () => live })
  const earlyChanges: Change[] = []
  const earlyNotices: Notice[] = []
  let begun = false
  const chosen = plan.tokenFile === null ? null : readKeyFile(plan.tokenFile)
  const live: Live = createLive({
    ...plan,
    access: { keys: pageKeys(plan.state, chosen), isPrivate: plan.isPrivate },
    ...(plan.prove && { proves: () => true }),
    env: process.env,
    clock,
    log: createLogger({ level: process.env.DEBUG === undefined ? 'silent' : 'debug', to: 'stderr' }),
    onChange(change) {
      session.count(change)
      if (begun) reporter.change(change)
      else earlyChanges.push(change)
    },
    onNotice(notice) {
      if (begun) reporter.notice(notice)
      else earlyNotices.push(notice)
    },
  })
  const session = createWatchSession({ live, reporter, clock })
  if (first !== undefined) process.stderr.write(`${printable(first)}\n`)
  const stopped = untilStopped(clock, plan.forMs)
  let withdraw: (() => void) | null = null
  try {
    await live.start()
    // Other commands find a database by its address alone.
    if (plan.database === null)
      withdraw = announceRunning(
        { kind: 'watch', pid: process.pid, startedAt: clock.now(), state: resolve(plan.state), page: live.page },
        process.env,
      )
    if (live.clusters().length === 0) for (const notice of earlyNotices) process.stderr.write(noticeText(notice))
    requireClusters(live, plan)
    session.begin(vantagesOf(live.collector.targets()))
    begun = true
    for (const notice of earlyNotices) reporter.notice(notice)
    for (const change of earlyChanges) reporter.change(change)
    const interrupted = await stopped.promise
    const tally = session.end()
    if (interrupted) return EXIT.fine
    if (!tally.worked) for (const why of tally.blind) process.stderr.write(`portolan: ${printable(why)}\n`)
    return exitCodeFor(tally)
  } catch (error) {
    throw portInUse(error, process.env)
  } finally {
    stopped.cancel()
    withdraw?.()
    await live.stop()
  }
}

function requireClusters(live: Live, { only }: WatchPlan): void {
  if (live.clusters().length > 0) return
  const others = live.ignored()
  if (others.length > 0) {
    throw new PortolanError(
      'usage',
      `there is no cluster named ${only.join(' or ')}`,
      `these exist: ${others.join(', ')}`,
    )
  }
  throw new PortolanError(
    'no_clusters',
    'this machine has no cluster in containers to watch (kind, k3d, minikube, Talos)',
    'make one: kind create cluster --config FILE (host ports: extraPortMappings); watch another one: --context NAME; or see it without one: portolan demo',
  )
}
