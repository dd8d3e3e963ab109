import type { Change, Fact, PodSnapshot } from '@portolan/core'
import { replayFacts } from '../replay-facts.ts'
import type { Breach, Observed } from '../run.ts'
import {
  aReplayTellsTheSame,
  everyMappedPortIsProbed,
  memoryStaysBounded,
  theProbesAreThoseThatTheStateAsksFor,
  whatWasAcknowledgedIsStoredOnce,
} from './state-invariants.ts'
import {
  aMoveIsToldWhenThePodComes,
  everyIncidentEndsInTime,
  everyOutageIsFoundInTime,
  type Placements,
} from './time-invariants.ts'
import { VERDICT_INVARIANTS } from './verdict-invariants.ts'

/** Holds a run to everything that Portolan promises, and keeps the first breach. */
export interface Invariants {
  onFact(fact: Fact): void
  onChange(change: Change): void
  onFault(error: unknown): void
  /** Now and then. */
  look(): void
  /** The run is over. */
  end(): void
  breach(): Breach | null
}

/** Where nothing hinders, everything is known that the engine says. */
const KNOWN_MS = 10_000
/** Timers and events that wait, for each node and port: probes under way among them. */
const MOST_WAITING = 2000
/** Every so many runs is replayed: it takes as long again. */
const REPLAYED = 3

export function createInvariants(observed: Observed): Invariants {
  const { time, clusters, installation, assigned } = observed
  const { collector } = installation
  let breach: Breach | null = null
  /** Of each cluster. */
  const placements = new Map<string, Placements>()
  /** Since when a port is mapped that nobody looks at; the last time that there was none. */
  const unwatchedSince = new Map<string, number>()

  function note(
    invariant: { name: string },
    text: string | null,
    cluster: string | null,
    change: Change | null = null,
  ): void {
    if (text === null || breach !== null) return
    breach = { invariant: invariant.name, at: time.passed(), text, cluster, change: structuredClone(change) }
  }

  function onChange(change: Change): void {
    const cluster = clusters.find(({ name }) => name === change.cluster)
    if (cluster === undefined) return
    if (change.type === 'placement.changed')
      note(
        aMoveIsToldWhenThePodComes,
        aMoveIsToldWhenThePodComes(change, placements.get(cluster.name) ?? { at: 0, pods: [] }),
        cluster.name,
        change,
      )
    if (!('incident' in change) || change.type === 'incident.closed') return
    const { incident, at } = change
    const hostPort = Number(/^host:(?:.*:)?(\d+)$/.exec(incident.target)?.[1])
    cluster.truth.look()
    const now = time.passed()
    const darkSince = now - (at - incident.darkSince)
    const verdict = { at: now, darkSince, incident, type: change.type, hostPort, truth: cluster.truth }
    for (const invariant of VERDICT_INVARIANTS) note(invariant, invariant(verdict), cluster.name, change)
  }

  function look(): void {
    const at = time.passed()
    const wellSince = installation.wellSince()
    for (const cluster of clusters) {
      const state = collector.stateOf(cluster.name)
      if (state === null) continue
      note(theProbesAreThoseThatTheStateAsksFor, theProbesAreThoseThatTheStateAsksFor(state, assigned), cluster.name)
      if (wellSince === null || at - wellSince < KNOWN_MS) continue
      const unwatched = everyMappedPortIsProbed(state, cluster, assigned)
      unwatchedSince.set(cluster.name, unwatched === null ? at : (unwatchedSince.get(cluster.name) ?? at))
      if (at - (unwatchedSince.get(cluster.name) ?? at) > KNOWN_MS)
        note(everyMappedPortIsProbed, unwatched, cluster.name)
      for (const hostPort of cluster.truth.ports()) {
        const target = `host:${hostPort}`
        const track = state.ports.tracks.get(target)
        const now = cluster.truth.all(hostPort).at(-1)
        if (track === undefined || now === undefined) continue
        const standing = { at, target, now, wellSince, incident: track.incident, state: track.state }
        note(everyOutageIsFoundInTime, everyOutageIsFoundInTime(standing), cluster.name)
        note(everyIncidentEndsInTime, everyIncidentEndsInTime(standing), cluster.name)
      }
    }
    if (time.pending() > MOST_WAITING) note(openHandlesStayBounded, `${time.pending()} events wait`, null)
  }

  return {
    onChange,
    onFact({ cluster, receivedAt, observed: said }) {
      const pods =
        said.kind === 'object' && said.change === 'set' && said.object.kind === 'Pod'
          ? [said.object]
          : said.kind === 'listed' && said.resource === 'pods'
            ? (said.objects as PodSnapshot[])
            : []
      placements.set(cluster, {
        at: receivedAt,
        pods: pods.flatMap(({ node, owner, namespace }) =>
          node === null || owner === null
            ? []
            : [{ workload: `Deployment/${namespace}/${owner.name.replace(/-[^-]+$/, '')}`, node }],
        ),
      })
    },
    onFault(error) {
      note(nothingThrows, Error.isError(error) ? (error.stack ?? error.message) : String(error), null)
    },
    look,
    end() {
      note(whatWasAcknowledgedIsStoredOnce, whatWasAcknowledgedIsStoredOnce(collector), null)
      for (const { name } of clusters) {
        const state = collector.stateOf(name)
        if (state !== null) note(memoryStaysBounded, memoryStaysBounded(state), name)
        const kept = collector.kept.get(name)
        if (kept === undefined || observed.seed % REPLAYED !== 0) continue
        note(
          aReplayTellsTheSame,
          aReplayTellsTheSame(kept, replayFacts(kept.facts, observed.settings, observed.decide)),
          name,
        )
      }
    },
    breach: () => breach,
  }
}

const openHandlesStayBounded = { name: 'openHandlesStayBounded' }
const nothingThrows = { name: 'nothingThrows' }
