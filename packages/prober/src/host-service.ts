import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock, Fact, Log } from '@portolan/core'
import { findCluster } from '@portolan/kube'
import { type App, createCleanup, createMetrics, type Listen, makeFolder, startHttpServer } from '@portolan/runtime'
import type { Announce } from './announcer.ts'
import { type ClusterLink, createClusterLink } from './link/cluster-link.ts'
import { lockFolder } from './lock-folder.ts'
import { ownServer } from './own-server.ts'
import { createProber } from './prober.ts'
import { createSpoolFolders } from './link/spool-folders.ts'
import { createSpoolMetrics } from './link/spool-metrics.ts'

export interface HostServiceOptions {
  env: NodeJS.ProcessEnv
  clock: Clock
  log: Log
  announce: Announce
  /** Empty: every cluster that there is. */
  only: string[]
  kubeconfig?: string
  context?: string
  namespace: string
  service: string
  /** Whether the collectors take what is sent over TLS. */
  tls: boolean
  state: string
  /** Its own metrics and health; null: nowhere. */
  listen: Listen | null
}

/** The prober of this machine as a service: it looks at the host ports, the collectors in the clusters decide. */
export function createHostService(options: HostServiceOptions): App {
  const { env, clock, log, announce, only } = options
  const metrics = createMetrics()
  const noteSpool = createSpoolMetrics(metrics)
  const cleanup = createCleanup({ clock, log })
  const links = new Map<string, ClusterLink>()
  const ending = new Map<string, Promise<void>>()
  const folder = join(options.state, 'prober')
  const spools = createSpoolFolders(join(folder, 'spools'))
  let engineAway = false
  let isFirst = true
  const prober = createProber({ env, clock, log, metrics, onFact, onClusters, onNotice })

  function onFact({ cluster, observed, at }: Fact): void {
    if (observed.kind === 'engine') noteEngine(observed.status === 'lost' ? observed.reason : null)
    links.get(cluster)?.take(observed, at)
  }

  function onNotice(text: string): void {
    announce({ text, isTrouble: true })
  }

  /** It is said of every cluster. @param lostWhy null while it answers */
  function noteEngine(lostWhy: string | null): void {
    if (engineAway === (lostWhy !== null)) return
    engineAway = lostWhy !== null
    if (lostWhy === null) announce({ text: 'the container engine answers again', isTrouble: false })
    else announce({ text: `the container engine does not answer: ${lostWhy}`, isTrouble: true })
  }

  function onClusters(names: string[]): void {
    if (isFirst) forgetLeft(names)
    isFirst = false
    const wanted = names.filter((name) => only.length === 0 || only.includes(name))
    for (const [name, link] of links) if (!wanted.includes(name)) close(name, link)
    for (const name of wanted) if (!links.has(name)) links.set(name, open(name))
  }

  function close(name: string, link: ClusterLink): void {
    links.delete(name)
    const ended = link.forget().finally(() => {
      if (ending.get(name) === ended) ending.delete(name)
    })
    ending.set(name, ended)
  }

  function open(cluster: string): ClusterLink {
    const { kubeconfig, context, namespace, service, tls } = options
    return createClusterLink({
      cluster,
      source: `prober/${sourceName(hostname())}`,
      namespace,
      service,
      tls,
      spools,
      ready: ending.get(cluster) ?? Promise.resolve(),
      clock,
      log,
      findAccess: () => findCluster({ cluster, env, kubeconfig, context, usual: prober.contextOf(cluster) }),
      announce,
      onSpool: (batches, dropped) => noteSpool(cluster, batches, dropped),
      onAssignment: ({ plans }) => prober.assign(cluster, plans),
      onBurst: (bursts) => prober.burst(cluster, bursts),
    })
  }

  /** What waits for collectors of clusters that were deleted meanwhile. */
  function forgetLeft(names: string[]): void {
    const left = spools.forgetAllBut(names)
    if (left === 0) return
    const whose = left === 1 ? 'a cluster that is gone' : `${left} clusters that are gone`
    announce({ text: `the results kept for the collector of ${whose} are dropped`, isTrouble: false })
  }

  function tellWhatIsMissing(): void {
    for (const name of only) if (!links.has(name)) announce({ cluster: name, text: NOT_THERE, isTrouble: true })
    if (only.length === 0 && links.size === 0) announce({ text: NONE, isTrouble: true })
  }

  async function start(): Promise<void> {
    makeFolder(folder)
    cleanup.add('lock', lockFolder(folder))
    if (options.listen !== null) {
      const server = await startHttpServer(ownServer(metrics), options.listen)
      cleanup.add('http server', server.stop)
      announce({ text: `its own health and metrics are at ${server.url}/metrics`, isTrouble: false })
    }
    cleanup.add('links', async () => {
      await Promise.all([...[...links.values()].map((link) => link.stop()), ...ending.values()])
    })
    cleanup.add('prober', prober.stop)
    await prober.start()
    tellWhatIsMissing()
  }

  return {
    start: () => cleanup.guard(start),
    stop: cleanup.run,
  }
}

const NONE = 'this machine has no cluster yet; Portolan waits for one'
const NOT_THERE = 'there is no cluster of this name: it is looked at when it appears'

/** As a source of facts may be called. */
export function sourceName(host: string): string {
  return host.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 253) || 'host'
}
