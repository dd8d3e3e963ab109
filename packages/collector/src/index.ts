export type { PageAccess } from './api/gate.ts'
export { type AuthProxy, readAddressRange } from './api/proxied-users.ts'
export { createHub, type Hub, type HubOptions } from './hub/hub.ts'
export { makeToken, readSenders, type SenderEntry, senderLabels, senderName } from './hub/tokens.ts'
export type { HubLink } from './upstream/hub-feed.ts'
export { proofOf, writeSession } from './api/session.ts'
export { isLoopback } from './api/guard.ts'
export type { CertificatePlan } from './certificate/keeper.ts'
export { type ClusterCollectorOptions, createClusterCollector } from './cluster-collector.ts'
export { type Collector, type CollectorOptions, createCollector } from './collector.ts'
export { type LanesQuery, readLanes } from './lanes.ts'
export type { DamagedRow } from './store/damage.ts'
export { openStore, openStoreReader, shownStore } from './store/open.ts'
export { hasPassword, isDatabaseUrl, readDatabasePlace } from './store/postgres/place.ts'
export { isStoreHeld } from './store/sqlite/open.ts'
export {
  type ClusterView,
  RETENTION,
  type Retention,
  type Store,
  type StoreReader,
  type TimelineEntry,
  type Writer,
} from './store/store.ts'
export { type Cluster, createCluster } from './cluster.ts'
export { asItsOwn, type Authenticate, type Identity } from './ingest/identity.ts'
export { createOrderBook, type OrderBook } from './ingest/orders.ts'
export { boundGap, offsetOf, shiftFact } from './ingest/shift.ts'
export { createStreams, type StreamPlace, type Streams } from './ingest/streams.ts'
export { requestFor, type Webhook } from './notify/message.ts'
export { post } from './notify/post.ts'
