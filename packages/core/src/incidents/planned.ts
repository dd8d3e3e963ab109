import { isChurning, SETTLE_MS, type RuleContext } from '../causes/context.ts'
import type { TargetTrack } from './target-track.ts'

/** So long after its last change it excuses a dark port; one that is still dark then is an outage as any other. */
const EXCUSE_MS = 60_000

/** Whatever begins while the port is dark does not excuse what was dark before. */
export function followPlanned(track: TargetTrack, context: RuleContext): void {
  const { at, changedAt } = context
  const begins = track.incident === null || track.planned?.running === true
  if (isPlanned(context) && begins) track.planned = { changedAt: changedAt ?? at, running: true }
  else if (track.planned !== null) track.planned.running = false
}

/** An outage that begins now comes from it. */
export function comesFromPlanned({ planned }: TargetTrack, at: number): boolean {
  return planned !== null && (planned.running || at - planned.changedAt < SETTLE_MS)
}

/** Nobody should be called for the dark port yet. */
export function isExcused({ incident, planned }: TargetTrack, at: number): boolean {
  if (incident === null || !incident.planned) return false
  return at - Math.max(incident.openedAt, planned?.changedAt ?? 0) < EXCUSE_MS
}

function isPlanned(context: RuleContext): boolean {
  const { pods } = context.path
  const drained = pods.some((pod) => pod.disruption?.reason === 'EvictionByEvictionAPI')
  const owners = new Set(pods.map((pod) => pod.owner?.uid))
  return drained || (isChurning(context) && owners.size > 1)
}
