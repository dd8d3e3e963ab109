import { createHash } from 'node:crypto'
import type { Change, Clock, IncidentChange, Log, Path } from '@portolan/core'
import type { KubeClient, ReportedEvent } from '@portolan/kube'
import { createEventQueue } from './event-queue.ts'
import { backMessage, darkMessage } from './event-words.ts'

/** Tells incidents where `kubectl describe` shows them: on the Service, and on the pods behind it. */
export interface KubeEvents {
  /** Returns at once and never throws; what is no incident is passed over. */
  change(change: Change): void
  stop(): Promise<void>
}

/** A port that goes dark again so soon after, for the same cause, counts up what was said. */
const FLAPPING_MS = 10 * 60_000

/** Behind one port; a Service of hundreds tells it on itself anyway. */
const MOST_PODS = 5

type Regarding = ReportedEvent['regarding']

export function createKubeEvents(options: {
  client: Pick<KubeClient, 'writeEvent'>
  clock: Clock
  log: Log
  /** The way of a port as it is now; null where it is not mapped any more. */
  pathOf(cluster: string, target: string): Pick<Path, 'route' | 'pods'> | null
}): KubeEvents {
  const { pathOf } = options
  const queue = createEventQueue(options)
  /** By port, cause, what happened and to which object. */
  const said = new Map<string, { name: string; message: string; at: number }>()

  function tell(change: IncidentChange): void {
    const { type, at, cluster, target, incident } = change
    const path = pathOf(cluster, target)
    if (path === null) return
    forgetBefore(at - FLAPPING_MS)
    const words =
      type === 'incident.closed'
        ? ({ type: 'Normal', reason: 'PortReachable', message: backMessage(incident, at) } as const)
        : ({ type: 'Warning', reason: 'PortUnreachable', message: darkMessage(incident) } as const)
    for (const regarding of objectsOf(path)) {
      const key = [cluster, target, words.reason, incident.cause, regarding.uid].join('/')
      const before = said.get(key)
      if (type === 'incident.updated' && before?.message === words.message) continue
      const name = before?.name ?? nameOf(regarding, [incident.id, words.reason, incident.cause])
      said.delete(key)
      said.set(key, { name, message: words.message, at })
      queue.push({ name, regarding, at, ...words })
    }
  }

  function forgetBefore(time: number): void {
    for (const [key, { at }] of said) if (at < time) said.delete(key)
  }

  return {
    change(change) {
      if ('incident' in change) tell(change)
    },
    stop: queue.stop,
  }
}

function objectsOf({ route, pods }: Pick<Path, 'route' | 'pods'>): Regarding[] {
  const services = route.kind === 'nodePort' ? [route.service] : []
  const present = pods.filter(({ deletedAt }) => deletedAt === 0).slice(0, MOST_PODS)
  return [...services, ...present].map(({ kind, namespace, name, uid }) => ({
    apiVersion: 'v1',
    kind,
    namespace,
    name,
    uid,
  }))
}

/** The same for the same incident, however often it is reported: as `web.1f2e3d4c5b6a7980`. */
function nameOf({ name, uid }: Regarding, parts: string[]): string {
  const hash = createHash('sha256').update([uid, ...parts].join('/'))
  return `${name.slice(0, 200)}.${hash.digest('hex').slice(0, 16)}`
}
