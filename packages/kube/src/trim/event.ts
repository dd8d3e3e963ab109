import type { CoreV1Event } from '@kubernetes/client-node'
import { countOrNone, type EventSnapshot } from '@portolan/core'
import { identify, toTime } from './metadata.ts'

/** Newer reporters fill `series` and `eventTime` where older ones fill `count` and `lastTimestamp`. */
export function trimEvent(event: CoreV1Event): EventSnapshot {
  const { involvedObject: regarding, series } = event
  return {
    kind: 'Event',
    ...identify(event),
    regarding: {
      kind: regarding.kind ?? '',
      namespace: regarding.namespace ?? '',
      name: regarding.name ?? '',
      uid: regarding.uid ?? '',
    },
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    count: countOrNone(series?.count ?? event.count ?? 1),
    at: toTime(series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp),
  }
}
