import type { RuleContext } from '../causes/context.ts'
import { balancerBackend } from '../causes/balancer-backend.ts'
import { endpointBad } from '../causes/endpoint-bad.ts'
import type { Assessment } from '../diagnosis/assess.ts'
import type { PortState } from '../model/change.ts'
import type { Effect } from '../model/effect.ts'
import { isReachable } from '../model/symptom.ts'
import { seenAt } from '../probing/probe-history.ts'
import { decidingPoints } from '../probing/tracked-point.ts'
import { isDarkByDesign } from '../route/path.ts'
import { hostInterval } from '../probing/host-interval.ts'
import type { FollowedCluster } from './follow.ts'
import { incidentBeside } from './beside.ts'
import { symptomsOf, worstSymptom } from './symptoms.ts'
import type { TargetTrack } from './target-track.ts'

/** Without any outcome for so long a port is unknown. */
const NO_DATA_MS = 15_000
/** Going dark or coming back so often within the window is flapping. */
const FLAPS = 6
const FLAP_WINDOW_MS = 10 * 60_000
/** So many failures among the last ten, with answers between them, are flapping as well. */
const UNSTEADY = 3

/** Up, down, flapping, unknown, or dark by design: announces it where that changed. */
export function tellState(
  cluster: FollowedCluster,
  track: TargetTrack,
  { context }: Assessment,
  effects: Effect[],
): void {
  const next = stateOf(cluster, track, context)
  if (next === track.state) return
  const previous = track.state
  track.state = next
  track.since = context.at
  const vantages = symptomsOf(cluster, track)
  const { target } = track.path.mapping
  const symptom = worstSymptom(cluster, track)
  effects.push({
    kind: 'announce',
    change: {
      type: 'target.state',
      at: context.at,
      cluster: cluster.name,
      target,
      state: next,
      previous,
      symptom,
      vantages,
    },
  })
}

function stateOf(
  cluster: FollowedCluster,
  track: TargetTrack,
  { at, proberTrouble, darkSince }: RuleContext,
): PortState {
  // What is not meant to answer is not known any less while this machine is held up.
  if (isDarkByDesign(track.path) && darkSince !== null && (proberTrouble === null || track.state === 'by_design'))
    return 'by_design'
  if (proberTrouble !== null || track.note !== null) return 'unknown'
  if (track.incident !== null) return isByShare(track) ? 'flapping' : 'down'
  if (darkSince !== null && incidentBeside(cluster, track) !== null) return 'down'
  const points = decidingPoints(track, cluster.probing)
  const newest = Math.max(0, ...points.map((point) => seenAt(point.history) ?? 0))
  const patience = Math.max(NO_DATA_MS, 5 * hostInterval(cluster, track))
  if (newest === 0 || at - newest > patience) return 'unknown'
  if (isFlapping(track, at)) return 'flapping'
  return points.some((point) => (point.history.last === null ? false : isReachable(point.history.last.symptom)))
    ? 'up'
    : track.state
}

/** Its cause leaves some connections alone. */
function isByShare({ incident, points }: TargetTrack): boolean {
  if (incident?.cause === endpointBad.cause) return true
  const isAnswered = points.some(({ role, history }) => role !== 'witness' && history.recent.includes(true))
  return incident?.cause === balancerBackend.cause && isAnswered
}

/** By how often it went dark or came back, or by failures between answers that never lasted. */
export function isFlapping(track: TargetTrack, at: number): boolean {
  if (track.transitions.filter((one) => at - one < FLAP_WINDOW_MS).length >= FLAPS) return true
  return track.points.some((point) => {
    if (point.role === 'note' || point.role === 'witness' || !point.history.recent.at(-1)) return false
    return point.history.recent.filter((answered) => !answered).length >= UNSTEADY && changes(point.history.recent) >= 4
  })
}

function changes(recent: readonly boolean[]): number {
  return recent.filter((answered, index) => index > 0 && answered !== recent[index - 1]).length
}

export function noteTransition(track: TargetTrack, at: number): void {
  track.transitionCount += 1
  track.transitions = [...track.transitions.filter((one) => at - one < FLAP_WINDOW_MS), at]
}
