import type { Archive } from './archive/archive.ts'
import type { StreamPlace } from './ingest/streams.ts'
import type { ClusterView } from './store/store.ts'
import type { Left } from './watching.ts'

/** A prober that was heard so shortly before the end was still at work. */
const AWAITED_MS = 60_000

/** What the last run left open. */
export async function readLeft(store: Archive, streams: StreamPlace[]): Promise<Map<string, Left>> {
  const views = await store.views()
  const incidents = await store.incidents({ state: 'open', limit: 10_000 })
  const left = new Map<string, Left>()
  for (const { cluster, lastAt } of views) {
    const awaited = streams.flatMap(({ source, boot, at, ...one }) =>
      one.cluster === cluster && source.startsWith('prober/') && lastAt - at < AWAITED_MS ? [`${source} ${boot}`] : [],
    )
    left.set(cluster, { lastAt, incidents: incidents.filter((incident) => incident.cluster === cluster), awaited })
  }
  await endEpochs(store, views)
  return left
}

/** Those that another run left open ended with it. */
export async function endEpochs(store: Archive, views: readonly ClusterView[]): Promise<void> {
  for (const { cluster, lastAt } of views) {
    const epochs = await store.epochs({ cluster, from: lastAt, limit: 10_000 })
    const open = epochs.filter(({ endedAt }) => endedAt === null)
    await store.write({ epochs: open.map((epoch) => ({ ...epoch, endedAt: Math.max(epoch.startedAt, lastAt) })) })
  }
}
