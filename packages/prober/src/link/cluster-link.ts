import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type Assignment, type Burst, type Clock, type Log, type Observation, PortolanError } from '@portolan/core'
import { createKubeClient, type KubeAccess, type KubeClient } from '@portolan/kube'
import {
  type Carry,
  createFolderSpool,
  createStanding,
  createUplink,
  type Uplink,
  type UplinkState,
} from '@portolan/uplink'
import { createAccessToken } from './access-token.ts'
import type { Announcement } from '../announcer.ts'
import { createLinkWords } from './link-words.ts'
import type { SpoolFolders } from './spool-folders.ts'
import { createTunnel } from './tunnel.ts'

/** The link of one kind cluster to the collector in it, from the moment that the cluster is seen until it is gone. */
export interface ClusterLink {
  take(observed: Observation, at: number): void
  /** What could not be sent stays for the next start. */
  stop(): Promise<void>
  /** The cluster is no more: what was seen of it is of no use to the next one of its name. */
  forget(): Promise<void>
}

export interface ClusterLinkOptions {
  cluster: string
  /** `prober/HOST`. */
  source: string
  namespace: string
  /** The collector's Service. */
  service: string
  /** Whether it takes what is sent over TLS. */
  tls: boolean
  /** What waits for the collectors. */
  spools: SpoolFolders
  /** Nothing is done before: the last one of this name may have to end. */
  ready: Promise<void>
  clock: Clock
  log: Log
  /** As the kubeconfig says now. @throws PortolanError context_not_found, kubeconfig_invalid */
  findAccess(): KubeAccess
  announce(announcement: Announcement): void
  /** How many batches wait, and how many facts more were dropped. */
  onSpool(batches: number, dropped: number): void
  onAssignment(assignment: Assignment): void
  onBurst(bursts: Burst[]): void
}

const INGEST_PORT = 9465

/** kind writes the access to a new cluster when it is done. */
const ACCESS_MS = 2000
const AWAY_MS = 5000
/** Somebody has to do something first. */
const REFUSED_MS = 30_000

export function createClusterLink(options: ClusterLinkOptions): ClusterLink {
  const { cluster, source, namespace, spools, clock, log, onSpool } = options
  const standing = createStanding()
  const words = createLinkWords(options)
  let uplink: Uplink | null = null
  /** Why the last request came to nothing; null where it was answered, undefined before the first. */
  let fault: unknown
  let waiting = 0
  let dropped = 0
  let stopped = false
  let cancel = () => {}
  let closeTunnel = () => {}
  options.ready.then(attempt).catch(onFailure)

  async function attempt(): Promise<void> {
    if (stopped) return
    try {
      await connect()
    } catch (error) {
      if (stopped) return
      words.away(error)
      cancel = clock.after(pauseAfter(error), () => void attempt())
    }
  }

  /** Of what nobody foresaw; the next attempt begins from the start. */
  function onFailure(error: unknown): void {
    log.error({ cluster, err: error }, 'the link to a cluster failed')
    if (!stopped) cancel = clock.after(pauseAfter(error), () => void attempt())
  }

  /** @throws PortolanError where there is no access, or no Portolan in the cluster */
  async function connect(): Promise<void> {
    const client = createKubeClient({ access: options.findAccess(), clock, log })
    const identity = client.cluster()
    const spool = spools.pathOf(cluster, identity)
    const token = createAccessToken({ client, namespace, clock })
    if (spools.forgetOthers(cluster, identity)) words.forgotten()
    // What it was told in an earlier life it does whether the cluster answers or not.
    if (!existsSync(spool)) await token.current()
    if (stopped) return
    const { service, tls } = options
    const connect = () => client.connectToService({ namespace, service, port: INGEST_PORT, tls })
    const tunnel = createTunnel({ connect, token })
    closeTunnel = tunnel.close
    const made: Uplink = createUplink({
      cluster,
      source,
      boot: randomUUID(),
      clock,
      log: quiet(log),
      carry: watched(tunnel, client, identity),
      spool: createFolderSpool(spool, { log }),
      standing: standing.all,
      onAssignment: options.onAssignment,
      onBurst: options.onBurst,
      onState: (state) => uplink === made && onState(state),
    })
    uplink = made
    made.start()
  }

  /** Notices that another cluster took the place of this one, and what exactly is wrong. */
  function watched(carry: Carry, client: KubeClient, identity: string): Carry {
    return async (request) => {
      if (client.cluster() !== identity) {
        replace().catch(onFailure)
        throw new Error('another cluster has taken its place')
      }
      try {
        const answer = await carry(request)
        fault = null
        return answer
      } catch (error) {
        if (!request.signal.aborted) fault = error
        throw error
      }
    }
  }

  async function replace(): Promise<void> {
    const old = uplink
    if (old === null || stopped) return
    uplink = null
    fault = undefined
    options.onAssignment({ plans: [], peers: [] })
    words.replaced(waiting)
    await old.stop()
    closeTunnel()
    spools.forget(cluster)
    onSpool((waiting = 0), (dropped = 0))
    await attempt()
  }

  function onState({ connected, batches, dropped: lost, reason }: UplinkState): void {
    if (stopped) return
    if (connected) words.connected()
    else if (fault !== undefined) words.away(fault ?? reason)
    onSpool(batches, lost - dropped)
    waiting = batches
    dropped = lost
  }

  async function stop(): Promise<void> {
    stopped = true
    cancel()
    await uplink?.stop()
    closeTunnel()
    onSpool(0, 0)
  }

  return {
    take(observed, at) {
      standing.take(observed)
      uplink?.tell(observed, at)
    },
    stop,
    async forget() {
      words.gone(waiting)
      await stop()
      spools.forget(cluster)
    },
  }
}

function pauseAfter(error: unknown): number {
  if (!(error instanceof PortolanError)) return REFUSED_MS
  if (error.code === 'context_not_found') return ACCESS_MS
  return error.code === 'api_unreachable' ? AWAY_MS : REFUSED_MS
}

/** Whether the collector is there is announced here, and need not be told twice. */
function quiet(log: Log): Log {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.debug(fields, message),
    warn: (fields, message) => log.debug(fields, message),
    error: (fields, message) => log.error(fields, message),
  }
}
