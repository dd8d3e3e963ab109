import type { Clock } from '@portolan/core'
import type { Store } from '../api/store.ts'
import type { Delays } from '../delays.ts'
import { type KubeObject, timestamp } from '../objects.ts'

/** What every controller works with. */
export interface ControlContext {
  store: Store
  clock: Clock
  /** From 0 to below 1. */
  random(): number
  delays: Delays
}

/** Five characters as Kubernetes appends to generated names. */
export function suffix(random: () => number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789'
  return Array.from({ length: 5 }, () => letters[Math.floor(random() * letters.length)]).join('')
}

/** Says what happened to an object; a repeat counts up the event that is there. */
export function recordEvent(
  { store, clock, random }: ControlContext,
  object: KubeObject,
  event: { type: 'Normal' | 'Warning'; reason: string; message: string; component: string },
): void {
  const { type, reason, message, component } = event
  const { namespace = 'default', name, uid } = object.metadata
  const at = timestamp(clock.now())
  const known = store
    .list('events')
    .find((one) => one.involvedObject.uid === uid && one.reason === reason && one.message === message)
  if (known !== undefined) {
    store.update('events', namespace, known.metadata.name, (copy) => {
      copy.count += 1
      copy.lastTimestamp = at
    })
    return
  }
  store.create('events', {
    metadata: { name: `${name}.${suffix(random)}${suffix(random)}`, namespace },
    involvedObject: { kind: object.kind, namespace, name, uid, apiVersion: object.apiVersion },
    reason,
    message,
    type,
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
    source: { component },
  })
  const all = store.list('events')
  for (const old of all.slice(0, -EVENTS_KEPT)) store.remove('events', old.metadata.namespace ?? '', old.metadata.name)
}

const EVENTS_KEPT = 300
