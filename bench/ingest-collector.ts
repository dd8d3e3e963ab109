import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createCollector } from '@portolan/collector'
import type { Log, Observation } from '@portolan/core'
import { createMetrics, systemClock } from '@portolan/runtime'
import { waitedForCoreMs } from './core-wait.ts'
import { found, sliceOf } from './big-cluster.ts'

/**
 * A real collector in a process of its own, whose cluster is the big one. Says where it listens, moves pods when asked
 * to, and tells what it took. The first argument is the file of its store.
 */
export interface Listening {
  port: number
  metricsPort: number
}

export interface Move {
  /** Of the pod, where it is now. */
  address: string
  movedAt: number
}

export interface Effort {
  cpuMs: number
  wallMs: number
  /** For a core that others used. */
  waitedMs: number
  residentMiB: number
  loopP50Ms: number
  loopP99Ms: number
  loopWorstMs: number
}

/** By address and node: ms since the epoch. */
export type Decided = Record<string, Record<string, number>>

export type Question = { move: { port: number; node: number } } | { effort: true } | { decided: true }

const MAX_SERIES = 20_000

const silent: Log = { debug() {}, info() {}, warn() {}, error: (fields, text) => console.error(text, fields) }
/** By the address of the pod, the nodes whose agents have to look at it, and since when. */
const decided: Decided = {}
let sequence = 0

const collector = createCollector({
  store: process.argv[2] as string,
  listen: null,
  metricsListen: { host: '127.0.0.1', port: 0 },
  clock: systemClock,
  log: silent,
  metrics: createMetrics(MAX_SERIES),
  ingest: {
    tls: 'off',
    listen: { host: '127.0.0.1', port: 0 },
    cluster: 'dev',
    authenticate: async (token) => ({ kind: 'agent', node: token }),
  },
  onAssign(_cluster, to, { plans }) {
    if (to === 'host') return
    const node = to.slice('node/'.length)
    const addresses = new Set(plans.map(({ address }) => address))
    for (const [address, since] of Object.entries(decided)) {
      if (addresses.has(address)) since[node] ??= Date.now()
      else delete since[node]
    }
  },
  onBurst() {},
  onChange() {},
})

function tell(observed: Observation): void {
  sequence += 1
  const at = systemClock.now()
  collector.take({ cluster: 'dev', source: 'kube', boot: 'bench', sequence, at, receivedAt: at, observed })
}

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
let cpu = process.cpuUsage()
let since = performance.now()
let waited = waitedForCoreMs()

/** Since it was asked last. */
function effort(): Effort {
  const { user, system } = process.cpuUsage(cpu)
  const answer = {
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - since,
    waitedMs: waitedForCoreMs() - waited,
    residentMiB: process.memoryUsage.rss() / 2 ** 20,
    // The timer's own 5 ms are in it.
    loopP50Ms: delay.percentile(50) / 1e6 - 5,
    loopP99Ms: delay.percentile(99) / 1e6 - 5,
    loopWorstMs: delay.max / 1e6 - 5,
  }
  delay.reset()
  cpu = process.cpuUsage()
  since = performance.now()
  waited = waitedForCoreMs()
  return answer
}

function move({ port, node }: { port: number; node: number }): Move {
  const object = sliceOf(port, node)
  const address = object.kind === 'EndpointSlice' ? (object.endpoints[0]?.addresses[0] ?? '') : ''
  decided[address] = {}
  const movedAt = Date.now()
  tell({ kind: 'object', change: 'set', object })
  return { address, movedAt }
}

process.on('message', (question: Question) => {
  if ('move' in question) process.send?.(move(question.move))
  else process.send?.('effort' in question ? effort() : decided)
})
process.on('disconnect', () => void collector.stop())

await collector.start()
for (const observed of found()) tell(observed)
const listening: Listening = {
  port: collector.ingestAddress?.port ?? 0,
  metricsPort: collector.metricsAddress?.port ?? 0,
}
process.send?.(listening)
