import type { Effect } from '../model/effect.ts'
import type { Outcome } from '../model/outcome.ts'
import { recordOutcome } from '../probing/probe-history.ts'
import { isLikeControl, isOdd } from './answers.ts'
import { controlTarget, type EdgeCluster } from './follow-routes.ts'
import { judgeRoute } from './judge-route.ts'
import type { Door, RouteTrack } from './route-track.ts'

/** Takes in what a probe of a route, of a pod behind one, or of no route at all saw. */
export function takeAnswer(
  cluster: EdgeCluster,
  outcome: Outcome,
  at: number,
  isLate: boolean,
  effects: Effect[],
): void {
  if (isLate || isTainted(cluster, outcome)) return
  const { edge } = cluster
  const track = edge.tracks.get(outcome.target)
  if (track === undefined) {
    const door = [...edge.doors.values()].find((one) => controlTarget(one.target) === outcome.target)
    if (door !== undefined) recordOutcome(door.control, outcome)
    return
  }
  if (outcome.vantage.startsWith('api/')) {
    const point = track.backend?.apiPoints.find(({ vantage }) => vantage === outcome.vantage)
    if (point !== undefined) recordOutcome(point.history, outcome)
  } else {
    const door = edge.doors.get(track.door ?? '')
    if (door === undefined || `${outcome.target}@${outcome.vantage}` !== track.plan?.id) return
    if (outcome.startedAt < track.quietUntil) return
    if (recordOutcome(track.history, outcome)) count(track, door, outcome)
    if (track.state === 'up' && track.incident === null && track.bad === 0 && track.degraded === null) return
  }
  judgeRoute(cluster, track, at, effects)
}

/** What this machine saw while it was not well itself. */
function isTainted({ probing: { trouble } }: EdgeCluster, { startedAt, timeoutMs }: Outcome): boolean {
  return trouble !== null && startedAt >= trouble.from - timeoutMs && startedAt < trouble.to
}

function count(track: RouteTrack, door: Door, outcome: Outcome): void {
  const many = outcome.run?.count ?? 1
  if (isOdd(track, door)) {
    track.bad += many
    track.badSince ??= outcome.startedAt
    track.good = 0
    track.goodSince = null
    return
  }
  track.good += many
  track.goodSince ??= outcome.startedAt
  track.bad = 0
  track.badSince = null
  if (!isLikeControl(outcome, door.control) && (outcome.status ?? 500) < 500)
    track.wellAt = outcome.run?.until ?? outcome.startedAt
}
