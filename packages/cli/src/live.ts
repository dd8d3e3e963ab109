import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Collector,
  createCollector,
  type HubLink,
  isLoopback,
  type PageAccess,
  type Retention,
  shiftFact,
  shownStore,
  type Webhook,
} from '@portolan/collector'
import { type Change, type Clock, commandText, type Log, PortolanError } from '@portolan/core'
import { findCluster, type KubeAccess } from '@portolan/kube'
import { createProber, type HostProber } from '@portolan/prober'
import { createMetrics, steadyClock, type Listen } from '@portolan/runtime'
import { darkPorts } from './dark-ports.ts'
import { pageKeyFile, pageToOpen } from './page-key.ts'
import type { Notice } from './render/notice.ts'
import { createStoppedClusters } from './stopped-clusters.ts'

export interface LiveOptions {
  env: NodeJS.ProcessEnv
  clock: Clock
  log: Log
  /** The folder of the store; null: keep nothing on disk. */
  state: string | null
  /** The address of a database that keeps it instead; none by default. */
  database?: string | null
  /** How long and how much; the collector's own measure by default. */
  retention?: Retention
  listen: Listen | null
  /** Who may read and write there; by default everybody on this machine reads, and nobody writes. */
  access?: PageAccess
  /** Where metrics and health are served, alone and to everybody; nowhere by default. */
  metricsListen?: Listen | null
  kubeconfig?: string
  context?: string
  /** Empty: every cluster that there is. */
  only: string[]
  /** The one cluster is known by the addresses of its nodes, without a container engine. */
  byAddress?: boolean
  intervalMs: number
  /** Whether the API server may be asked to lead to the pods of a port that is not well. */
  asksPods: boolean
  /** Whether the rules of a port's node may be read in its container while the port is dark; none are by default. */
  proves?(port: { cluster: string; target: string }): boolean
  /** Where incidents are reported; nowhere by default. */
  webhook?: Webhook | null
  /** The hub that gets the reports; none by default. */
  hub?: HubLink | null
  /** How many series the metrics may have; any number by default. */
  maxSeries?: number
  /** Whether the beginnings of unexpected answers are kept; they are by default. */
  excerpts?: boolean
  onChange(change: Change): void
  /** Something that a person should know: a cluster came or went, an API that cannot be asked. */
  onNotice(notice: Notice): void
}

/** Prober and collector in one process: what `watch` and the demo run. */
export interface Live {
  /** @throws PortolanError where it cannot work at all */
  start(): Promise<void>
  stop(): Promise<void>
  readonly collector: Collector
  /** No container engine is asked: ports are looked at at the addresses of the nodes. */
  readonly byAddress: boolean
  /** Clusters that are watched, sorted. */
  clusters(): string[]
  /** Clusters of this machine that were left out, sorted. */
  ignored(): string[]
  /** The contexts that lead to the API servers and where they were found, for people; null when there are none. */
  access(): string | null
  /** What asks the API server of a cluster whether it is well; null without a context. */
  askCommand(cluster: string): string | null
  /** What starts a cluster all of whose nodes are stopped; null while one is there. */
  startCommand(cluster: string): string | null
  /** Why the container engine is not heard any more; null while it is. */
  engineLost(): string | null
  /** Where the store is, for people. */
  readonly store: string
  readonly page: string | null
  /** The file of the key that the page asks its readers for; null where it asks for none. */
  readonly keyFile: string | null
  /** Its address with the key that lets in; null where there is none. */
  readonly pageToOpen: string | null
}

const ACCESS_EVERY_MS = 2000
/** So long `kind create cluster` may take to write its access. */
const CREATION_MS = 5 * 60_000

export function createLive(options: LiveOptions): Live {
  const { env, clock, log, only, onNotice, proves } = options
  const metrics = createMetrics(options.maxSeries)
  const file = options.database ?? (options.state === null ? ':memory:' : join(options.state, 'portolan.db'))
  const watched = new Set<string>()
  /** What ends the search for the access to a cluster. */
  const retries = new Map<string, () => void>()
  const contexts = new Map<string, string>()
  const stopped = createStoppedClusters()
  let engineLost: string | null = null
  let found: string[] = []
  let started = false
  const collector = createCollector({
    store: file,
    listen: options.listen,
    ...(options.access === undefined ? {} : { access: options.access }),
    metricsListen: options.metricsListen ?? null,
    clock,
    log,
    metrics,
    settings: { intervalMs: options.intervalMs, kubeconfig: options.kubeconfig ?? null, asksPods: options.asksPods },
    ...(options.retention === undefined ? {} : { retention: options.retention }),
    webhook: options.webhook ?? null,
    hub: options.hub ?? null,
    ...(options.excerpts === undefined ? {} : { excerpts: options.excerpts }),
    onAssign: (cluster, to, { plans }) => to === 'host' && prober.assign(cluster, plans),
    onBurst: (cluster, to, bursts) => to === 'host' && prober.burst(cluster, bursts),
    onChange(change) {
      options.onChange(change)
      if (proves !== undefined && 'incident' in change)
        prober.prove(change.cluster, darkPorts(collector, change.cluster, proves))
    },
    onNotice: (text) => onNotice({ text }),
  })
  const prober: HostProber = createProber({
    env,
    clock: steadyClock,
    log,
    metrics,
    ...(options.byAddress === true ? { byAddress: only } : {}),
    onFact: (fact) => {
      if (!isWanted(fact.cluster)) return
      stopped.take(fact.cluster, fact.observed)
      if (fact.observed.kind === 'engine') engineLost = fact.observed.status === 'lost' ? fact.observed.reason : null
      collector.take(shiftFact(fact, clock.now() - steadyClock.now()))
    },
    onClusters: takeClusters,
    onNotice: (text, command) => onNotice({ text, ...(command !== undefined && { command }) }),
  })

  function isWanted(name: string): boolean {
    return only.length === 0 || only.includes(name)
  }

  function takeClusters(names: string[]): void {
    found = names
    const wanted = names.filter(isWanted)
    for (const name of watched) {
      if (wanted.includes(name)) continue
      watched.delete(name)
      retries.get(name)?.()
      retries.delete(name)
      contexts.delete(name)
      collector.forgetCluster(name)
      onNotice({ text: `The cluster ${name} was deleted.` })
    }
    for (const name of wanted) {
      if (watched.has(name)) continue
      watched.add(name)
      watchCluster(name)
      if (!started) continue
      const isReady = contexts.has(name)
      onNotice({ text: `The cluster ${name} ${isReady ? 'appeared' : 'is being created'} and is watched as well.` })
    }
  }

  /** kind writes the access to a new cluster when it is done: until then it is looked for again. */
  function watchCluster(name: string, since = clock.monotonic(), isTold = false): void {
    try {
      const access = accessTo(name)
      contexts.set(name, access.context)
      collector.watchCluster(name, access)
    } catch (error) {
      if (!(error instanceof PortolanError)) throw error
      if (!retries.has(name)) collector.watchCluster(name, null, error.message)
      // One that appears while we watch is most likely being created.
      const isOld = !started || clock.monotonic() - since > CREATION_MS
      retries.set(
        name,
        clock.after(ACCESS_EVERY_MS, () => watchCluster(name, since, isTold || isOld)),
      )
      if (isTold || !isOld) return
      onNotice({
        text: `${error.message} Until there is, the ports of ${name} are probed, but causes stay unknown:`,
        command: error.hint,
      })
    }
  }

  function accessTo(cluster: string): KubeAccess {
    const { kubeconfig, context } = options
    return findCluster({ cluster, env, kubeconfig, context, usual: prober.contextOf(cluster) })
  }

  /** What was asked for by name must be there; of what was found by itself the rest is watched. */
  function requireKubeconfig(): void {
    const { context, kubeconfig } = options
    if (kubeconfig !== undefined && !existsSync(kubeconfig)) {
      throw new PortolanError(
        'context_not_found',
        `there is no kubeconfig at ${kubeconfig}`,
        'name one with --kubeconfig',
      )
    }
    if (context !== undefined) for (const name of only) accessTo(name)
  }

  /** The tool that made a cluster says which context leads to it, so that this is known once the clusters are. */
  function requireContexts(): void {
    if (options.kubeconfig !== undefined) for (const name of watched) if (only.includes(name)) accessTo(name)
  }

  return {
    collector,
    byAddress: options.byAddress === true,
    async start() {
      requireKubeconfig()
      await collector.start()
      try {
        await prober.start()
        requireContexts()
      } catch (error) {
        await prober.stop()
        await collector.stop()
        throw error
      }
      started = true
    },
    async stop() {
      for (const cancel of retries.values()) cancel()
      await prober.stop()
      await collector.stop()
    },
    clusters: () => [...watched].sort(),
    ignored: () => found.filter((name) => !watched.has(name)),
    access() {
      if (contexts.size === 0) return null
      const names = [...contexts.values()].sort().join(', ')
      return `context${contexts.size === 1 ? '' : 's'} ${names} of ${kubeconfigText(options)}`
    },
    askCommand(cluster) {
      const context = contexts.get(cluster)
      if (context === undefined) return null
      const { kubeconfig } = options
      const file = kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]
      return commandText(['kubectl', ...file, `--context=${context}`, 'get', '--raw=/readyz'])
    },
    startCommand: stopped.startCommand,
    engineLost: () => engineLost,
    store: options.state === null ? 'memory' : shownStore(file),
    get page() {
      return collector.address?.url ?? null
    },
    get keyFile() {
      const { address } = collector
      if (address === null || options.state === null) return null
      return options.access?.isPrivate === true || !isLoopback(address.host) ? pageKeyFile(options.state) : null
    },
    get pageToOpen() {
      const { address } = collector
      return address === null || options.access === undefined
        ? null
        : pageToOpen(`${address.url}/`, options.access.keys[0])
    },
  }
}

/** Where the contexts are, as a person would say it. */
function kubeconfigText({ kubeconfig, env }: LiveOptions): string {
  if (kubeconfig !== undefined) return kubeconfig
  return env.KUBECONFIG === undefined || env.KUBECONFIG === '' ? '~/.kube/config' : '$KUBECONFIG'
}
