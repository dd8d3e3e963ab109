import { hostname } from 'node:os'
import { countOrNone } from '@portolan/core'
import { REPORTER } from '../reporter.ts'
import * as z from 'zod'
import { type AskObject, refusedWith } from './ask.ts'

/** What `kubectl describe` shows below an object. Times are ms since the epoch, kept to the second. */
export interface ReportedEvent {
  /** Names it within the namespace of what it regards: the same name again counts up. */
  name: string
  regarding: { apiVersion: string; kind: string; namespace: string; name: string; uid: string }
  type: 'Normal' | 'Warning'
  /** One word, as `PortUnreachable`. */
  reason: string
  message: string
  at: number
}

const storedEvent = z.object({
  count: z.number().nullish(),
  lastTimestamp: z.string().nullish(),
  message: z.string().optional(),
})

/** Of what comes back nothing is read. */
const anything = z.unknown()

/**
 * Creates it, or where it is there already counts it up, with the new words. One that is older than
 * what is there, or the same, changes nothing: it may be said again after a restart.
 */
export async function writeEvent(ask: AskObject, context: string, event: ReportedEvent): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(event.regarding.namespace)}/events`
  const own = `${path}/${encodeURIComponent(event.name)}`
  const created = await ask(anything, 'POST', path, toObject(event))
  if (created.refusal === null) return
  if (created.refusal.code !== 409) throw refusedWith(created.refusal, context)
  const found = await ask(storedEvent, 'GET', own)
  if (found.refusal !== null) throw refusedWith(found.refusal, context)
  const stored = found.object
  if (isKnown(event, stored)) return
  const change = {
    count: countOrNone(stored.count ?? 1) + 1,
    lastTimestamp: toSeconds(event.at),
    message: event.message,
  }
  const patched = await ask(anything, 'PATCH', own, change, 'application/merge-patch+json')
  if (patched.refusal !== null) throw refusedWith(patched.refusal, context)
}

function isKnown({ at, message }: ReportedEvent, stored: z.infer<typeof storedEvent>): boolean {
  const lastAt = Date.parse(stored.lastTimestamp ?? '')
  const second = Date.parse(toSeconds(at))
  return second < lastAt || (second === lastAt && message === stored.message)
}

function toObject({ name, regarding, type, reason, message, at }: ReportedEvent): object {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: regarding.namespace },
    involvedObject: regarding,
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: toSeconds(at),
    lastTimestamp: toSeconds(at),
    source: { component: 'portolan' },
    reportingComponent: REPORTER,
    reportingInstance: hostname(),
  }
}

function toSeconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, '')
}
