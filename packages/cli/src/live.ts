import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { type Collector, createCollector } from '@portolan/collector'
import { type Change, type Clock, type Log, PortolanError } from '@portolan/core'
import { findCluster, type KubeAccess } from '@portolan/kube'
import { createProber, type HostProber } from '@portolan/prober'
import { createMetrics, makeFolder, stateFolder } from '@portolan/runtime'
import type { Listen } from './settings.ts'

export interface LiveOptions {
  env: NodeJS.ProcessEnv
  clock: Clock
  log: Log
  /** The folder of the store; null: keep nothing on disk. */
  state: string | null
  listen: Listen | null
  kubeconfig?: string
  context?: string
  /** Empty: every cluster that there is. */
  only: string[]
  intervalMs: number
  onChange(change: Change): void
  /** Something that a person should know: a cluster came or went, an API that cannot be asked. */
  onNotice(text: string): void
}

/** Prober and collector in one process: what `watch` and the demo run. */
export interface Live {
  /** @throws PortolanError where it cannot work at all */
  start(): Promise<void>
  stop(): Promise<void>
  readonly collector: Collector
  /** Clusters that are watched, sorted. */
  clusters(): string[]
  /** Clusters of this machine that were left out, sorted. */
  ignored(): string[]
  /** Where the store is, for people. */
  readonly store: string
  readonly page: string | null
}

const ACCESS_EVERY_MS = 2000

export function createLive(options: LiveOptions): Live {
  const { env, clock, log, only, onNotice } = options
  const metrics = createMetrics()
  const file = options.state === null ? ':memory:' : join(options.state, 'portolan.db')
  const watched = new Set<string>()
  /** What ends the search for the access to a cluster. */
  const retries = new Map<string, () => void>()
  let found: string[] = []
  let started = false
  const collector = createCollector({
    store: file,
    listen: options.listen,
    clock,
    log,
    metrics,
    settings: { intervalMs: options.intervalMs, kubeconfig: options.kubeconfig ?? null },
    onAssign: (cluster, plans) => prober.assign(cluster, plans),
    onBurst: (cluster, bursts) => prober.burst(cluster, bursts),
    onChange: options.onChange,
  })
  const prober: HostProber = createProber({
    env,
    clock,
    log,
    metrics,
    onFact: (fact) => {
      if (isWanted(fact.cluster)) collector.take(fact)
    },
    onClusters: takeClusters,
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
      collector.forgetCluster(name)
      onNotice(`The cluster ${name} is gone.`)
    }
    for (const name of wanted) {
      if (watched.has(name)) continue
      watched.add(name)
      watchCluster(name)
      if (started) onNotice(`The cluster ${name} appeared and is watched as well.`)
    }
  }

  /** kind writes the access to a new cluster when it is done: until then it is looked for again. */
  function watchCluster(name: string, isFirst = true): void {
    try {
      collector.watchCluster(name, accessTo(name))
    } catch (error) {
      if (!(error instanceof PortolanError)) throw error
      retries.set(
        name,
        clock.after(ACCESS_EVERY_MS, () => watchCluster(name, false)),
      )
      if (!isFirst) return
      collector.watchCluster(name, null, error.message)
      onNotice(`${error.message}. ${error.hint}. Its ports are probed, but causes cannot be told.`)
    }
  }

  function accessTo(cluster: string): KubeAccess {
    const { kubeconfig, context } = options
    return findCluster({
      cluster,
      env,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    })
  }

  return {
    collector,
    async start() {
      if (options.context !== undefined || options.kubeconfig !== undefined) accessTo(only[0] ?? '')
      await collector.start()
      try {
        await prober.start()
      } catch (error) {
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
    store: options.state === null ? 'memory' : file,
    get page() {
      const { address } = collector
      return address === null
        ? null
        : `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
    },
  }
}

/** The folder that was asked for, or the user's own state folder. @throws PortolanError store_unusable */
export function stateFolderOf(asked: string | undefined, env: NodeJS.ProcessEnv): string {
  if (asked === undefined) return stateFolder(env)
  try {
    makeFolder(asked)
    accessSync(asked, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new PortolanError(
      'store_unusable',
      `the state folder ${asked} cannot be made or written to (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'give another folder by --state, or make it writable for this user',
      error,
    )
  }
  return asked
}
