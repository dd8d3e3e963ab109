import {
  type Change,
  type IncidentChange,
  isRoute,
  type Log,
  type Outcome,
  type PlacementChange,
  type Resource,
} from '@portolan/core'
import { RESTART_REASONS } from '@portolan/kube'
import type { Metrics } from '@portolan/runtime'
import type { Identity } from './ingest/identity.ts'
import { REJECTIONS, type Rejection } from './ingest/routes.ts'
import type { Families } from './metrics/families.ts'
import { countOutcome } from './metrics/outcomes.ts'
import type { DamagedRow } from './store/damage.ts'
import type { TargetGauges } from './metrics/target-gauges.ts'
import { workloadLabels } from './metrics/workload-labels.ts'

/** The one place where each event is counted and logged. */
export interface Events {
  outcome(cluster: string, outcome: Outcome): void
  change(change: Change): void
  clusterGone(cluster: string): void
  watchHeard(cluster: string, resource: Resource, at: number): void
  watchRestarted(cluster: string, resource: Resource, reason: string): void
  watchMissed(cluster: string, resource: Resource, count: number): void
  /** Something that an observer elsewhere sent was not taken. @param from null: nobody knows who sent it */
  ingestRejected(reason: Rejection, count: number, from: Identity['kind'] | null, why: string): void
  ingested(from: Identity['kind'], facts: number): void
  /** @param at ms since the epoch; 0: never */
  sourceHeard(cluster: string, kind: Identity['kind'], at: number): void
  /** @param count how many there are not at the moment, for want of room */
  seriesDropped(count: number): void
  /** What became of messages to the webhook. */
  notified(result: NotifyResult, count: number): void
  /** @param why null: it takes messages again */
  webhookFault(why: string | null): void
  /** Somebody who listens threw. */
  listenerThrew(listener: string, error: unknown): void
  /** A row of the store was left out. */
  rowDamaged(row: DamagedRow): void
  /** The store was lost while it was in use, and another one was opened. */
  storeRenewed(why: string): void
  /** An agent says that it is at an address that is none of its node's. */
  agentMisplaced(cluster: string, node: string, address: string): void
}

/** So many faults of one kind are named; the others are counted. */
const MOST_NAMED = 20
const FAULTS = ['listener', 'row', 'agent_address'] as const

const NOTIFY_RESULTS = ['delivered', 'failed', 'left_out'] as const

type NotifyResult = (typeof NOTIFY_RESULTS)[number]
type Fault = (typeof FAULTS)[number]

export function createEvents(metrics: Metrics, families: Families, gauges: TargetGauges, log: Log): Events {
  let dropped = 0
  const named = new Map<Fault, Set<string>>()
  for (const reason of REJECTIONS) families.ingestRejected.add({ reason }, 0)
  for (const kind of FAULTS) families.faults.add({ kind }, 0)
  for (const result of NOTIFY_RESULTS) families.notified.add({ result }, 0)

  /** Names each once, and not more of a kind than help. @returns whether it is new */
  function isNews(kind: Fault, name: string): boolean {
    const known = named.get(kind) ?? new Set()
    named.set(kind, known)
    if (known.has(name) || known.size >= MOST_NAMED) return false
    known.add(name)
    return true
  }

  function incidentChanged({ type, incident }: IncidentChange): void {
    const { id, cluster, target, cause, confidence, candidates, changedAt, openedAt, summary } = incident
    if (type === 'incident.opened') {
      families.incidents.add({ cause })
      if (changedAt !== null) {
        families.detectionDelay.observe({}, Math.max(0, openedAt - changedAt) / 1000, { incident_id: id })
      }
    }
    if (type === 'incident.closed' && !isRoute(target)) gauges.closed(incident)
    log.warn({ id, cluster, target, cause, confidence, candidates, summary }, type)
  }

  function placementChanged({ cluster, workload, kind, reason, from, to, targets }: PlacementChange): void {
    families.podMoves.add({ cluster, ...workloadLabels(workload), kind })
    log.info({ cluster, workload, kind, reason, from, to, targets }, 'placement.changed')
  }

  return {
    outcome: (cluster, outcome) => countOutcome(families, cluster, outcome),

    change(change) {
      switch (change.type) {
        case 'incident.opened':
        case 'incident.updated':
        case 'incident.closed':
          return incidentChanged(change)
        case 'placement.changed':
          return placementChanged(change)
        case 'target.state': {
          const { cluster, target, state, previous, symptom } = change
          return log.info({ cluster, target, state, previous, symptom }, 'target.state')
        }
        case 'cluster.event': {
          const { cluster, event, node, text } = change
          return log.info({ cluster, event, node, text }, 'cluster.event')
        }
        case 'gap': {
          const { cluster, from, to, reason } = change
          return log.warn({ cluster, from, to, reason }, 'gap')
        }
      }
    },

    clusterGone(cluster) {
      metrics.remove({ cluster })
      log.info({ cluster }, 'the cluster is gone')
    },

    watchHeard(cluster, resource, at) {
      families.watchLastEvent.set({ cluster, resource }, at / 1000)
      families.watchMissed.add({ cluster, resource }, 0)
      for (const reason of RESTART_REASONS) families.watchRestarts.add({ cluster, reason }, 0)
    },

    watchRestarted(cluster, resource, reason) {
      families.watchRestarts.add({ cluster, reason })
      log.info({ cluster, resource, reason }, 'restarting a watch')
    },

    watchMissed(cluster, resource, count) {
      families.watchMissed.add({ cluster, resource }, count)
      log.warn({ cluster, resource, count }, 'a watch missed changes, the comparison found them')
    },

    ingestRejected(reason, count, from, why) {
      families.ingestRejected.add({ reason }, count)
      log.debug({ reason, count, from, why }, 'not taken')
    },

    ingested: (source, facts) => families.ingested.add({ source }, facts),

    sourceHeard: (cluster, kind, at) => families.sourceHeard.set({ cluster, source_kind: kind }, at / 1000),

    seriesDropped(count) {
      families.seriesDropped.set({}, count)
      if (count > 0 && dropped === 0) {
        log.warn({ count }, 'the metrics are beyond their budget of series: single targets are summed up as other')
      }
      dropped = count
    },

    notified: (result, count) => families.notified.add({ result }, count),

    webhookFault(why) {
      if (why === null) log.info({}, 'the webhook takes messages again')
      else log.warn({ why }, 'the webhook did not take a message, which is sent again')
    },

    listenerThrew(listener, error) {
      families.faults.add({ kind: 'listener' })
      const text = Error.isError(error) ? error.message : String(error)
      if (isNews('listener', `${listener}: ${text}`)) log.error({ listener, err: error }, 'a listener failed')
    },

    rowDamaged({ table, id, why }) {
      families.faults.add({ kind: 'row' })
      if (isNews('row', `${table}/${id}`)) log.warn({ table, id, why }, 'a damaged row of the store is left out')
    },

    storeRenewed: (why) => log.error({ why }, 'another store was opened'),

    agentMisplaced(cluster, node, address) {
      families.faults.add({ kind: 'agent_address' })
      if (!isNews('agent_address', `${cluster}/${node}/${address}`)) return
      log.warn(
        { cluster, node, address },
        "an agent gives an address that is none of its node's: no peer is sent to it",
      )
    },
  }
}
