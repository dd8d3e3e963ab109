import type { Incident, PlacementChange } from '@portolan/core'
import type { Stretch } from '../truth.ts'

/** An outage is known after so long, where nothing hinders Portolan: a slowed interval behind docker-proxy is the longest. */
export const FOUND_WITHIN_MS = 25_000
/** And over after so long. */
export const ENDED_WITHIN_MS = 60_000

/** How a port is and was seen. Times are of the simulation, ms. */
export interface Standing {
  at: number
  target: string
  /** The latest first. */
  now: Stretch
  wellSince: number | null
  /** Open, for this port or one beside it that says so. */
  incident: Incident | null
  state: string
}

export function everyOutageIsFoundInTime({ at, target, now, wellSince, incident, state }: Standing): string | null {
  if (now.answering !== 'none' || wellSince === null || incident !== null) return null
  const lastsMs = at - Math.max(now.from, wellSince)
  if (lastsMs <= FOUND_WITHIN_MS) return null
  if (state !== 'up') return null
  return `${target} is dark for ${Math.round(lastsMs / 1000)} s (${now.whys.join()}) and is said to be ${state}`
}

export function everyIncidentEndsInTime({ at, target, now, wellSince, incident }: Standing): string | null {
  if (now.answering !== 'all' || wellSince === null || incident === null) return null
  const lastsMs = at - Math.max(now.from, wellSince)
  if (lastsMs <= ENDED_WITHIN_MS) return null
  return `${target} answers for ${Math.round(lastsMs / 1000)} s, and ${incident.id} (${incident.cause}) is still open`
}

/** Pods that the newest fact showed on a node, and when it was heard of, by the collector's clock. */
export interface Placements {
  at: number
  pods: readonly { workload: string; node: string }[]
}

export function aMoveIsToldWhenThePodComes(
  { at, workload, kind, to }: PlacementChange,
  placements: Placements,
): string | null {
  if (at !== placements.at) return `${workload} moved ${placements.at - at} ms before that was told`
  if (kind === 'scaled' || kind === 'restarted') return null
  const isTrue = placements.pods.some((one) => one.workload === workload && to.includes(one.node))
  return isTrue ? null : `${workload} is said to have come to ${to.join()} (${kind}), and no pod of it came there then`
}
