import { isBeingCreated } from '../cluster/cluster-life.ts'
import type { Assessment } from '../diagnosis/assess.ts'
import type { WatchedCluster } from '../diagnosis/build-context.ts'
import { isSettling, type RuleContext } from '../causes/context.ts'
import type { Effect } from '../model/effect.ts'
import type { TrackedPoint } from '../probing/tracked-point.ts'
import { wherePodsAre } from '../causes/words.ts'
import { isDarkByDesign, type Path } from '../route/path.ts'
import { isLedByAnother } from './beside.ts'
import { endIncident } from './end-incident.ts'
import { maybeClose } from './close.ts'
import { type FollowedCluster, holdRules, suspect } from './follow.ts'
import { maybeOpen } from './open.ts'
import { followPlanned } from './planned.ts'
import { tellState } from './port-state.ts'
import { amendDarkSince, refine } from './refine.ts'
import { waitsInSilence } from './silence.ts'
import type { TargetTrack } from './target-track.ts'

/** Decides about one port after something new was seen or changed: its incident, then its state. */
export function judge(cluster: FollowedCluster, track: TargetTrack, assessment: Assessment, effects: Effect[]): void {
  if (track.speech.protocol === 'off') return
  const { context } = assessment
  holdRules(cluster, track, assessment, context.at)
  followPlanned(track, context)
  track.note = context.proberTrouble === null ? noteOf(cluster, track, assessment) : null
  // While what was kept elsewhere still comes in, the present is not known.
  if (context.proberTrouble === null && track.note === null && track.late === null) {
    if (track.incident !== null) amendDarkSince(cluster, track, track.incident)
    if (isDarkByDesign(track.path)) {
      track.quietUntil = context.at
      endIncident(cluster, track, context.at, elsewhere(track.path), effects)
    } else if (track.incident === null) {
      const isJustMeant = track.state === 'by_design' && isSettling(context)
      if (!isJustMeant && !isLedByAnother(cluster, track, context.at)) maybeOpen(cluster, track, assessment, effects)
    } else if (!maybeClose(cluster, track, assessment, effects)) refine(cluster, track, assessment, effects)
  }
  tellState(cluster, track, assessment, effects)
  const isSuspect = track.incident !== null || context.darkSince !== null || failedLately(context)
  suspect(cluster, track, isSuspect && track.state !== 'by_design', effects)
}

function elsewhere(path: Path): string {
  return `${wherePodsAre(path)}: under externalTrafficPolicy Local ${path.container.name} drops the packets for it`
}

/** Where only some connections fail, each answer is no reason to look away. */
function failedLately({ deciding }: RuleContext): boolean {
  return deciding.some(({ history }) => history.recent.includes(false))
}

/** Why the port is neither up nor down: no incident is opened for that. */
function noteOf(cluster: WatchedCluster, track: TargetTrack, assessment: Assessment): string | null {
  const hasAnswered = track.points.some(({ history }) => history.lastOkAt !== null)
  const { at } = assessment.context
  if (!hasAnswered && isBeingCreated(cluster.inventory, at)) {
    track.quietUntil = at
    return `The cluster ${cluster.name} is being created: its API server does not answer yet`
  }
  if (!hasAnswered && track.incident === null && isUnused(track, assessment)) {
    track.quietUntil = at
    const { mapping, container } = track.path
    return `Nothing uses port ${mapping.containerPort} of ${container.name} yet: no Service has this nodePort, no pod this hostPort`
  }
  return waitsInSilence(cluster, track, assessment)
}

/** Nobody has claimed the port since watching began, and nothing was plainly meant for it: it waits for its application. */
function isUnused({ path, lost, points }: TargetTrack, { context, predicted }: Assessment): boolean {
  const isNobodys = path.route.kind === 'none' && lost === null && context.blind === null
  return isNobodys && predicted === null && points.some(({ history }) => history.failures > 0)
}

/** An answer while all is well changes nothing but counts: the common case, kept cheap. */
export function needsJudging(cluster: WatchedCluster, track: TargetTrack, point: TrackedPoint): boolean {
  return (
    track.incident !== null ||
    track.state !== 'up' ||
    cluster.probing.trouble !== null ||
    (point.role !== 'note' && (point.history.localErrors > 0 || point.history.recent.includes(false)))
  )
}
