import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import {
  type Burst,
  type Clock,
  commandText,
  type EngineInfo,
  type Fact,
  type Log,
  type Neighbour,
  type Observation,
  type ProbePlan,
} from '@portolan/core'
import { createEngineWatch, ruleCommands } from '@portolan/engine'
import { type CarefulProber, createCarefulProber, SKIP_REASONS, type Trouble, watchOwnTrouble } from '@portolan/probes'
import { createCleanup, createHealth, createMetrics, type Metrics, startLoop } from '@portolan/runtime'
import { neighboursIn, readNeighbourTable } from './neighbours.ts'
import { knock } from './knock.ts'
import { createRuleWitness, type DarkPort } from './rule-witness.ts'
import { type HostVantages, readHostVantages } from './host-vantages.ts'

export interface ProberOptions {
  /** Where the container engine is looked for. */
  env: NodeJS.ProcessEnv
  /** These clusters are probed at the addresses of their nodes, and no engine is looked for. */
  byAddress?: readonly string[]
  clock: Clock
  log: Log
  onFact(fact: Fact): void
  /** The clusters of this machine, sorted: before the first fact of a new one, after the last of one that went. */
  onClusters(names: string[]): void
  /** Something that a person should know, in one sentence. */
  onNotice(text: string, command?: string): void
  metrics?: Metrics
}

/** The host's side: finds the clusters, probes what is assigned, and reports all that as facts. */
export interface HostProber {
  /**
   * Resolves once the clusters are known, be there none.
   *
   * @throws PortolanError engine_not_found, engine_forbidden or engine_unreachable when no engine answers
   */
  start(): Promise<void>
  /** What was held back is reported first. */
  stop(): Promise<void>
  /** Probe exactly these of the cluster from now on; nothing where it is not known (any more). */
  assign(cluster: string, plans: ProbePlan[]): void
  burst(cluster: string, bursts: Burst[]): void
  /** The context that leads to a cluster, as the tool that made it names it; null for one that is not there. */
  contextOf(cluster: string): string | null
  /** Exactly these ports of the cluster are dark: the rules of their nodes are read from now on. */
  prove(cluster: string, ports: readonly DarkPort[]): void
}

/** Equal answers are reported together, this often. */
const TELL_EVERY_MS = 1000
const VANTAGES_EVERY_MS = 10_000
const NEIGHBOURS_EVERY_MS = 1000
const LAG_EVERY_MS = 5000
/** Characters of a label that names no cluster. */
const MOST_SHOWN = 100

export function createProber(options: ProberOptions): HostProber {
  const { env, clock, log, byAddress } = options
  const boot = randomUUID()
  const health = createHealth(options.metrics ?? createMetrics(), 'prober', SKIP_REASONS)
  const trouble = watchOwnTrouble(clock, tellTrouble)
  const clusters = new Map<string, CarefulProber>()
  /** What is probed for each cluster, and which of those addresses are of one machine. */
  const assigned = new Map<string, readonly ProbePlan[]>()
  const neighbours = new Map<string, Neighbour[]>()
  const cleanup = createCleanup({ clock, log })
  let vantages: HostVantages = readHostVantages()
  let sequence = 0
  const engine = createEngineWatch({ env, clock, log, onObservation, onClusters: takeClusters, onRefused })
  let engineInfo: EngineInfo | null = null
  const announced = new Set<string>()
  const rules = createRuleWitness({
    clock,
    read: engine.readRules,
    knock: (door) => knock(door, clock),
    onRead: announceReading,
    onReading: (cluster, reading) => tell(cluster, { kind: 'rule', reading }, clock.now()),
  })

  function onObservation(cluster: string, observed: Observation, at: number): void {
    if (observed.kind === 'engine' && observed.status === 'connected') engineInfo = observed.engine
    tell(cluster, observed, at)
  }

  /** Before the first time in each node. */
  function announceReading({ node, family, container }: DarkPort): void {
    const key = `${container} ${family}`
    if (announced.has(key)) return
    announced.add(key)
    const client = engineInfo?.kind === 'nerdctl' ? engineInfo.endpoint : (engineInfo?.kind ?? 'docker')
    options.onNotice(
      `While a port of ${node} is dark its rules are read there, by these commands, which change nothing:`,
      ruleCommands(family)
        .map((words) => commandText([client, 'exec', node, ...words]))
        .join('; '),
    )
  }

  function tell(cluster: string, observed: Observation, at: number): void {
    sequence += 1
    options.onFact({ cluster, source: 'prober', boot, sequence, at, receivedAt: at, observed })
  }

  function onRefused(container: string, label: string): void {
    const name = JSON.stringify(label.length > MOST_SHOWN ? `${label.slice(0, MOST_SHOWN)}…` : label)
    options.onNotice(
      `The container ${container} is labelled as a node of cluster ${name}, which no cluster can be called: it is left out.`,
    )
  }

  function tellTrouble({ from, to, reason }: Trouble): void {
    log.warn({ from, to, reason }, 'the prober could not probe')
    for (const [name, cluster] of clusters) {
      if (!cluster.looks) continue
      cluster.flush()
      tell(name, { kind: 'gap', scope: 'prober', from, to, reason }, clock.now())
    }
  }

  function takeClusters(names: string[]): void {
    for (const [name, cluster] of clusters) {
      if (names.includes(name)) continue
      clusters.delete(name)
      assigned.delete(name)
      neighbours.delete(name)
      cluster.stop().catch((error: unknown) => log.error({ cluster: name, err: error }, 'the probes did not stop'))
    }
    options.onClusters(names)
    for (const name of names) {
      if (clusters.has(name)) continue
      const tellOf = (observed: Observation) => tell(name, observed, clock.now())
      clusters.set(
        name,
        createCarefulProber({
          clock,
          everyMs: TELL_EVERY_MS,
          trouble,
          tell: tellOf,
          onLateness: health.late,
          onSkip: health.skipped,
        }),
      )
      if (byAddress !== undefined) tellOf({ kind: 'no_engine' })
      tellOf(vantages)
    }
  }

  function lookAtNeighbours(): void {
    const table = readNeighbourTable()
    for (const [name, plans] of assigned) {
      const found = neighboursIn(table, plans)
      if (found === null || isDeepStrictEqual(found, neighbours.get(name))) continue
      neighbours.set(name, found)
      tell(name, { kind: 'neighbours', found }, clock.now())
    }
  }

  function lookAtVantages(): void {
    const now = readHostVantages()
    if (isDeepStrictEqual(now, vantages)) return
    vantages = now
    for (const name of clusters.keys()) tell(name, now, clock.now())
  }

  return {
    async start() {
      cleanup.add('own trouble', trouble.stop)
      cleanup.add('health', health.stop)
      cleanup.add('probes', async () => {
        const stopped = [...clusters.values()].map((cluster) => cluster.stop())
        clusters.clear()
        await Promise.all(stopped)
      })
      if (byAddress === undefined) {
        cleanup.add('engine', engine.stop)
        cleanup.add('rules', async () => rules.stop())
        await cleanup.guard(engine.start)
      } else takeClusters([...byAddress])
      const every = (name: string, everyMs: number, run: () => void) =>
        cleanup.add(name, startLoop({ name, everyMs, clock, log, run }).stop)
      every('vantages', VANTAGES_EVERY_MS, lookAtVantages)
      every('neighbours', NEIGHBOURS_EVERY_MS, lookAtNeighbours)
      every('event loop lag', LAG_EVERY_MS, health.sampleLag)
    },
    stop: cleanup.run,
    assign(cluster, plans) {
      trouble.check() // what was before is no gap where nothing was looked at
      if (clusters.has(cluster)) assigned.set(cluster, plans)
      clusters.get(cluster)?.assign(plans)
    },
    burst: (cluster, bursts) => clusters.get(cluster)?.burst(bursts),
    contextOf: engine.contextOf,
    prove: rules.look,
  }
}
