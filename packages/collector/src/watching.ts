import { randomUUID } from 'node:crypto'
import {
  type Agent,
  type Assignment,
  type Burst,
  type Change,
  type Clock,
  type ClusterState,
  type Epoch,
  type Fact,
  type Incident,
  isAtItsNode,
  isProbed,
  keyOf,
  type Log,
  type Observer,
  type Observation,
  openIncidents,
  reduce,
  RESOURCES,
  type Settings,
} from '@portolan/core'
import { createKubeClient, type KubeAccess, type KubeWatch } from '@portolan/kube'
import { type Cluster, createCluster } from './cluster.ts'
import type { Clusters } from './clusters.ts'
import type { Events } from './events.ts'
import { withExcerptWithin } from './excerpts.ts'
import type { Guard } from './guard.ts'
import { createKubeSource } from './kube-source.ts'
import { createLatencies } from './latencies.ts'
import { createPodWitness, type PodWitness } from './pod-witness.ts'
import type { Recorder } from './recorder.ts'

/** What a cluster left behind when the collector stopped last. */
export interface Left {
  lastAt: number
  incidents: Incident[]
  /** Probers elsewhere that were heard then, as `SOURCE BOOT`. */
  awaited: string[]
}

/** The clusters that are watched: facts in, effects to the store, the metrics and whoever probes. */
export interface Watching {
  clusters: Clusters
  /** How long the newest answers of a port took. */
  medianMs(cluster: string, target: string): number | null
  /** @param access null: its API cannot be asked, for the reason `why` */
  watchCluster(name: string, access: KubeAccess | null, why: string): void
  /** It is gone: what was open in it is closed, and what is still said of it is not heard. */
  forgetCluster(name: string): void
  /** Says a change that is none of the clusters' own. */
  announce(change: Change): void
  /** A cluster may be told of before it is watched. */
  take(fact: Fact): void
  stop(): Promise<void>
}

export function createWatching(options: {
  clock: Clock
  log: Log
  recorder: Recorder
  events: Events
  guard: Guard
  settingsOf(cluster: string): Partial<Settings>
  keepsExcerpts: boolean
  /** Facts bring their own ticks and starts. */
  replays: boolean
  left: ReadonlyMap<string, Left>
  onAssign(cluster: string, to: Observer, assignment: Assignment): void
  onBurst(cluster: string, to: Observer, bursts: Burst[]): void
  onChange(change: Change): void
  /** How the ports of a cluster are is not what it was. */
  onNews(cluster: string): void
}): Watching {
  const { clock, log, recorder, events, guard, settingsOf, keepsExcerpts, replays, left } = options
  const { onAssign, onBurst, onChange, onNews } = options
  const boot = randomUUID()
  const clusters = new Map<string, Cluster>()
  const kubes = new Map<string, KubeWatch>()
  const witnesses = new Map<string, PodWitness>()
  const forgotten = new Set<string>()
  /** The last one of each port. */
  const epochs = new Map<string, Epoch>()
  const latencies = createLatencies()
  const stopping = new Set<Promise<void>>()

  function announce(change: Change): void {
    recorder.change(change)
    if ('incident' in change) recorder.incident(change.incident)
    guard('changes', () => events.change(change))
    guard('changes', () => onChange(change))
    onNews(change.cluster)
  }

  /** While a cluster is only being found, one epoch takes the place of another that nobody ended. */
  function keepEpoch(epoch: Epoch): void {
    const port = `${epoch.cluster}/${epoch.target}`
    const before = epochs.get(port)
    epochs.set(port, epoch)
    if (before !== undefined && before.id !== epoch.id) endEpoch(before, epoch.startedAt)
    recorder.epoch(epoch)
    onNews(epoch.cluster)
  }

  function endEpoch(epoch: Epoch, at: number): void {
    if (epoch.endedAt === null) recorder.epoch({ ...epoch, endedAt: Math.max(epoch.startedAt, at) })
  }

  function lookAtAgent({ name, inventory }: ClusterState, { node, address }: Pick<Agent, 'node' | 'address'>): void {
    const isKnown = inventory.nodes.has(keyOf({ kind: 'Node', namespace: '', name: node }))
    if (isKnown && !isAtItsNode(inventory, { node, address })) events.agentMisplaced(name, node, address)
  }

  function clusterNamed(name: string): Cluster {
    const known = clusters.get(name)
    if (known !== undefined) return known
    const cluster = createCluster({
      name,
      settings: settingsOf(name),
      boot,
      clock: replays ? { now: clock.now, monotonic: clock.monotonic, after: () => () => {} } : clock,
      log,
      guard,
      decide: reduce,
      effects: {
        onFact(fact) {
          recorder.fact(fact)
          if (fact.observed.kind === 'agent') lookAtAgent(cluster.state, fact.observed)
          if (fact.observed.kind === 'outcome' && isProbed(cluster.state, fact.observed.outcome)) {
            events.outcome(name, fact.observed.outcome)
            latencies.take(name, fact.observed.outcome)
          }
        },
        onAssign(to, assignment) {
          if (to === 'api') witnesses.get(name)?.assign(assignment.plans)
          else onAssign(name, to, assignment)
        },
        onBurst(to, bursts) {
          if (to === 'api') witnesses.get(name)?.burst(bursts)
          else onBurst(name, to, bursts)
        },
        onChange: announce,
        onEpoch: keepEpoch,
      },
    })
    clusters.set(name, cluster)
    // Known from its first fact on: what dies with it before the first heartbeat is resumed as well.
    recorder.awake(clock.now(), [...clusters.keys()], [])
    const before = left.get(name)
    if (before !== undefined) cluster.say({ kind: 'resumed', ...before }, clock.now())
    return cluster
  }

  function stopKube(name: string): void {
    for (const running of [kubes, witnesses]) {
      const one = running.get(name)
      if (one === undefined) continue
      running.delete(name)
      const stopped = one.stop().finally(() => stopping.delete(stopped))
      stopping.add(stopped)
    }
  }

  return {
    clusters,
    medianMs: latencies.median,
    announce,

    watchCluster(name, access, why) {
      forgotten.delete(name)
      stopKube(name)
      const cluster = clusterNamed(name)
      if (access === null) {
        for (const resource of RESOURCES) {
          cluster.say({ kind: 'watch', resource, status: 'lost', reason: why }, clock.now())
        }
        return
      }
      if (settingsOf(name).context === undefined) cluster.state.settings.context = access.context
      const kube = createKubeSource({ cluster: name, access, clock, log, events, onFact: (fact) => cluster.take(fact) })
      kubes.set(name, kube)
      if (cluster.state.settings.asksPods) {
        const client = createKubeClient({ access, clock, log })
        const onObservation = (observed: Observation) => cluster.say(observed, clock.now())
        witnesses.set(name, createPodWitness({ client, clock, log, onObservation }))
      }
      kube.start()
    },

    forgetCluster(name) {
      const cluster = clusters.get(name)
      if (cluster === undefined) return
      forgotten.add(name)
      clusters.delete(name)
      cluster.stop()
      stopKube(name)
      const closedAt = clock.now()
      for (const incident of openIncidents(cluster.state)) {
        const { target } = incident
        announce({
          type: 'incident.closed',
          at: closedAt,
          cluster: name,
          target,
          incident: { ...incident, closedAt, ended: 'the cluster is gone' },
        })
      }
      for (const [port, epoch] of epochs) {
        if (epoch.cluster !== name) continue
        epochs.delete(port)
        endEpoch(epoch, closedAt)
      }
      events.clusterGone(name)
      latencies.forget(name)
    },

    take(fact) {
      if (forgotten.has(fact.cluster)) return
      // Portolan was started anew: it knew nothing but what it had left open.
      if (replays && fact.observed.kind === 'resumed') clusters.delete(fact.cluster)
      clusterNamed(fact.cluster).take(withExcerptWithin(fact, keepsExcerpts))
    },

    async stop() {
      for (const name of kubes.keys()) stopKube(name)
      for (const cluster of clusters.values()) cluster.stop()
      await Promise.all(stopping)
    },
  }
}
