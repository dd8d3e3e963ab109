import type { Log } from '@portolan/core'
import { buildInfo, type Metrics } from '@portolan/runtime'
import type { DamagedRow } from '../store/damage.ts'
import type { FleetCluster } from '../store/postgres/fleet.ts'
import { HUB_REJECTIONS, type HubIngest } from './ingest.ts'

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The one place where each event of a hub is counted and logged. */
export interface HubEvents extends Pick<HubIngest, 'onRejected' | 'onTaken' | 'onDropped'> {
  rowDamaged(row: DamagedRow): void
  listenerThrew(listener: string, error: unknown): void
  clusters(clusters: readonly FleetCluster[]): void
}

export function createHubEvents(metrics: Metrics, log: Log): HubEvents {
  const taken = metrics.counter('portolan_hub_facts_total', 'Facts that collectors sent, by whether they were new', [
    'result',
  ])
  const rejected = metrics.counter('portolan_hub_rejected_total', 'Requests of collectors that were refused', [
    'reason',
  ])
  const dropped = metrics.counter('portolan_hub_dropped_total', 'Reports of a collector that it dropped facts', [
    'cluster',
  ])
  const commit = metrics.histogram('portolan_hub_commit_seconds', 'How long it took to store a batch', [], SECONDS)
  const heard = metrics.gauge(
    'portolan_hub_cluster_last_heard_timestamp_seconds',
    'When the collector of the cluster was last heard',
    ['cluster'],
  )
  const faults = metrics.counter('portolan_hub_faults_total', 'Faults of the hub itself', ['kind'])
  const build = metrics.gauge('portolan_hub_build_info', 'The version', ['version', 'node_version'])
  for (const result of ['new', 'repeated']) taken.add({ result }, 0)
  for (const reason of HUB_REJECTIONS) rejected.add({ reason }, 0)
  for (const kind of ['row', 'listener']) faults.add({ kind }, 0)
  build.set({ version: buildInfo.version, node_version: process.version }, 1)

  return {
    onTaken(facts, repeated, tookMs) {
      taken.add({ result: 'new' }, facts)
      taken.add({ result: 'repeated' }, repeated)
      commit.observe({}, tookMs / 1000)
    },
    onRejected(reason, sender, why) {
      rejected.add({ reason })
      log.warn({ reason, sender: sender?.name ?? null, why }, 'a request of a collector was refused')
    },
    onDropped(cluster, reason) {
      dropped.add({ cluster })
      log.warn({ cluster, reason }, 'a collector dropped facts that waited for this hub')
    },
    rowDamaged({ table, id, why }) {
      faults.add({ kind: 'row' })
      log.error({ table, id, why }, 'a row was left out')
    },
    listenerThrew(listener, error) {
      faults.add({ kind: 'listener' })
      log.error({ listener, err: error }, 'a listener failed')
    },
    clusters(clusters) {
      heard.mark()
      for (const { cluster, heardAt } of clusters) heard.set({ cluster }, heardAt / 1000)
      heard.sweep()
    },
  }
}
