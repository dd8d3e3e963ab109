import type { reduce } from '@portolan/core'
import { createMemoryShelf, type Shelf } from '@portolan/uplink'
import { type CollectorListener, createSimulatedCollector, createSource, type SimulatedCollector } from './collector.ts'
import { createNetwork, type Network } from './network.ts'
import type { ObservedCluster } from './observed-cluster.ts'
import { createFarObserver, createNearObserver, type NearObserver } from './observers.ts'
import type { Surroundings } from './scene.ts'
import { createMachineClock, type MachineClock, type SimulatedTime } from './simulated-time.ts'

/** Portolan as it runs: beside its prober on the host, or installed in the cluster with agents. Parts of it may die and come back. */
export interface Installation {
  collector: SimulatedCollector
  /** Since when, of the simulation's time, nothing hinders it to see and to judge; null while something does. */
  wellSince(): number | null
  start(): void
  stop(): void
  killCollector(): void
  startCollector(): void
  killProber(): void
  startProber(): void
  killAgent(node: string): void
  startAgents(): void
  /** @param whom `prober`, or the node of an agent */
  cut(whom: string): void
  join(): void
  holdUpProber(ms: number): void
  setClock(byMs: number): void
}

const PROBER = 'prober/host'

/** Of one request in so many the answer is lost, and it is sent again. */
const LOSES_ANSWERS = 20

export function createInstallation(options: {
  surroundings: Surroundings
  clusters: readonly ObservedCluster[]
  time: SimulatedTime
  clock: MachineClock
  random: () => number
  decide: typeof reduce
  listener: CollectorListener
}): Installation {
  const { surroundings, clusters, time, clock, random, decide, listener } = options
  const { isInstalled, isDesktop, intervalMs } = surroundings
  const hostClock = isInstalled ? createMachineClock(time, Math.floor(random() * 10_000) - 5000) : clock
  const cuts = new Set<string>()
  const agents = new Map<string, NearObserver>()
  const shelves = new Map<string, Shelf>()
  let probers: { cluster: ObservedCluster; observer: NearObserver; end(): void }[] = []
  let endWatches: (() => void)[] = []
  let boots = 0
  let wellSince: number | null = 0

  const collector = createSimulatedCollector({
    clusters: clusters.map(({ name }) => name),
    settings: { intervalMs },
    clock,
    random,
    decide,
    listener: {
      ...listener,
      onAssign(cluster, to, assignment) {
        listener.onAssign(cluster, to, assignment)
        if (!isInstalled && to === 'host') proberOf(cluster)?.assign(assignment)
      },
      onBurst(cluster, to, bursts) {
        listener.onBurst(cluster, to, bursts)
        if (!isInstalled && to === 'host') proberOf(cluster)?.burst(bursts)
      },
    },
    touch: time.touch,
    losesAnswers: LOSES_ANSWERS,
  })
  const network: Network = createNetwork({ random, isDesktop, echoes: (node) => agents.has(node) })
  const proberOf = (cluster: string) => probers.find((one) => one.cluster.name === cluster)?.observer
  const boot = () => `boot-${(boots += 1)}`

  function shelfOf(source: string): Shelf {
    const known = shelves.get(source) ?? createMemoryShelf()
    shelves.set(source, known)
    return known
  }

  function hinder(): void {
    wellSince = null
  }

  /** Something is as it should be again: it may be that everything is. */
  function relieve(): void {
    if (wellSince !== null || !isWell()) return
    wellSince = time.passed()
  }

  function isWell(): boolean {
    return (
      collector.isRunning() && probers.length > 0 && !cuts.has('prober') && clusters.every(({ isHeard }) => isHeard())
    )
  }

  function startProber(): void {
    if (probers.length > 0 || (!isInstalled && !collector.isRunning())) return
    for (const cluster of clusters) {
      const exchange = network.exchangeFrom(cluster.model, { at: 'host' })
      const observer = isInstalled
        ? createFarObserver({
            time,
            random,
            exchange,
            cluster: cluster.name,
            boot: boot(),
            agent: null,
            clock: hostClock.steady,
            source: PROBER,
            shelf: shelfOf(PROBER),
            carry: collector.carryOf({ kind: 'prober' }, () => cuts.has('prober')),
          })
        : createNear(cluster, exchange)
      probers.push({ cluster, observer, end: cluster.followEngine(observer.tell) })
    }
    relieve()
  }

  function createNear(cluster: ObservedCluster, exchange: ReturnType<Network['exchangeFrom']>): NearObserver {
    const say = createSource(cluster.name, 'prober', boot(), collector)
    return createNearObserver({ clock, exchange, tell: (observed) => say(observed, clock.now()) })
  }

  function killProber(): void {
    for (const { observer, end } of probers) {
      end()
      observer.kill()
    }
    probers = []
    hinder()
  }

  function startAgent(cluster: ObservedCluster, node: string): void {
    if (agents.has(node)) return
    const agent = createFarObserver({
      time,
      random,
      cluster: cluster.name,
      boot: boot(),
      exchange: network.exchangeFrom(cluster.model, { at: 'node', node }),
      clock: hostClock.steady,
      source: `agent/${node}`,
      shelf: shelfOf(`agent/${node}`),
      carry: collector.carryOf(
        { kind: 'agent', node },
        () => cuts.has(node) || cluster.model.terrain.away(node) !== null,
      ),
      agent: { node, address: cluster.model.nodes.get(node)?.machine.address ?? '' },
    })
    agents.set(node, agent)
  }

  function startAgents(): void {
    if (!isInstalled) return
    for (const cluster of clusters) {
      for (const { name, machine } of cluster.model.nodes.values()) if (machine.running) startAgent(cluster, name)
    }
  }

  function killAgent(node: string): void {
    agents.get(node)?.kill()
    agents.delete(node)
  }

  function startCollector(): void {
    if (collector.isRunning()) return
    collector.start()
    endWatches = clusters.map((cluster) => {
      const say = createSource(cluster.name, 'kube', boot(), collector)
      return cluster.watch((observed) => say(observed, clock.now()))
    })
    if (!isInstalled) startProber()
    relieve()
  }

  function killCollector(): void {
    for (const end of endWatches.splice(0)) end()
    collector.kill()
    if (!isInstalled) killProber()
    hinder()
  }

  return {
    collector,
    wellSince: () => wellSince,
    start() {
      for (const cluster of clusters) cluster.onHearing(() => (cluster.isHeard() ? relieve() : hinder()))
      startCollector()
      startProber()
      startAgents()
    },
    stop() {
      for (const node of agents.keys()) killAgent(node)
      killProber()
      killCollector()
    },
    killCollector,
    startCollector,
    // Beside the collector it is in the same process.
    killProber: () => (isInstalled ? killProber() : undefined),
    startProber,
    killAgent,
    startAgents,
    cut(whom) {
      cuts.add(whom)
      if (whom === 'prober') hinder()
    },
    join() {
      cuts.clear()
      relieve()
    },
    holdUpProber(ms) {
      hostClock.stall(ms)
      hinder()
      time.after(ms, relieve)
    },
    setClock(byMs) {
      clock.set(byMs)
      hinder()
      relieve()
    },
  }
}
