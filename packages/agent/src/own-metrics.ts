import { SKIP_REASONS } from '@portolan/probes'
import { buildInfo, createHealth, createPlainMetrics, type Health, type Metrics } from '@portolan/runtime'
import type { UplinkState } from '@portolan/uplink'

/** How the agent itself is. */
export interface OwnMetrics {
  metrics: Metrics
  health: Health
  linked(state: UplinkState): void
}

export function createOwnMetrics(): OwnMetrics {
  const metrics = createPlainMetrics()
  const component = 'agent'
  const health = createHealth(metrics, component, SKIP_REASONS)
  const batches = metrics.gauge('portolan_spool_batches', 'Batches that wait for the collector', ['component'])
  const dropped = metrics.counter('portolan_spool_dropped_total', 'Facts that the collector will never see', [
    'component',
  ])
  metrics
    .gauge('portolan_build_info', 'The versions of Portolan and Node that run', ['version', 'node_version'])
    .set({ version: buildInfo.version, node_version: buildInfo.nodeVersion }, 1)
  batches.set({ component }, 0)
  dropped.add({ component }, 0)
  let droppedBefore = 0
  return {
    metrics,
    health,
    linked(state) {
      batches.set({ component }, state.batches)
      dropped.add({ component }, state.dropped - droppedBefore)
      droppedBefore = state.dropped
    },
  }
}
