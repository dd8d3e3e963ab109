import type { Metrics } from '@portolan/runtime'

/** How much waits for the collectors, all clusters together. */
export function createSpoolMetrics(metrics: Metrics): (cluster: string, batches: number, dropped: number) => void {
  const component = 'prober'
  const waiting = metrics.gauge('portolan_spool_batches', 'Batches that wait for the collector', ['component'])
  const lost = metrics.counter('portolan_spool_dropped_total', 'Facts that were dropped for want of room', [
    'component',
  ])
  const byCluster = new Map<string, number>()
  waiting.set({ component }, 0)
  lost.add({ component }, 0)
  return (cluster, batches, dropped) => {
    byCluster.set(cluster, batches)
    waiting.set(
      { component },
      [...byCluster.values()].reduce((sum, one) => sum + one, 0),
    )
    lost.add({ component }, dropped)
  }
}
