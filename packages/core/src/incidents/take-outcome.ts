import { SETTLE_MS } from '../causes/context.ts'
import { assess } from '../diagnosis/assess.ts'
import type { Effect } from '../model/effect.ts'
import type { Outcome } from '../model/outcome.ts'
import { isReachable } from '../model/symptom.ts'
import { assignPlans } from '../probing/assign.ts'
import { recordOutcome } from '../probing/probe-history.ts'
import { decides } from '../probing/tracked-point.ts'
import type { FollowedCluster } from './follow.ts'
import { judge, needsJudging } from './judge.ts'
import { takeLate, tellLate } from './late.ts'
import type { TargetTrack } from './target-track.ts'

/** What one probe saw, as it was received. */
interface Received {
  outcome: Outcome
  plan: string
  at: number
  /** It was too long on its way: it amends counts and never opens or closes an incident. */
  isLate: boolean
}

/** Takes in what a probe saw, for each port that it tells about. */
export function takeOutcome(
  cluster: FollowedCluster,
  outcome: Outcome,
  at: number,
  isLate: boolean,
  effects: Effect[],
): void {
  const { probing, ports } = cluster
  const { trouble } = probing
  const tainted =
    trouble !== null && outcome.startedAt >= trouble.from - outcome.timeoutMs && outcome.startedAt < trouble.to
  if (tainted && !isReachable(outcome.symptom)) return
  const plan = `${outcome.target}@${outcome.vantage}`
  if (outcome.vantage === 'host/node-address' && (isReachable(outcome.symptom) || outcome.symptom === 'refused')) {
    const isNews = !probing.nodeAddressAnswers
    probing.nodeAddressAnswers = true
    if (isNews) assignPlans(cluster, [], [], effects)
  }
  if (outcome.vantage === 'host/lan' && isReachable(outcome.symptom)) probing.lanAnswers = true
  const beside = probing.fabricHistories.get(plan)
  if (beside !== undefined) recordOutcome(beside, outcome)
  for (const target of probing.planUsers.get(plan) ?? []) {
    const track = ports.tracks.get(target)
    if (track !== undefined) takeForTrack(cluster, track, { outcome, plan, at, isLate }, effects)
  }
}

function takeForTrack(
  cluster: FollowedCluster,
  track: TargetTrack,
  { outcome, plan, at, isLate }: Received,
  effects: Effect[],
): void {
  if (isToOtherWords(track, outcome)) return
  const inside = [...track.agentPoints, ...track.apiPoints].find((one) => one.plan === plan)
  if (inside !== undefined) {
    if (isLate) return
    recordOutcome(inside.history, outcome)
    if (track.suspect) judge(cluster, track, assess(cluster, track, at), effects)
    return
  }
  const point = track.points.find((one) => one.plan === plan)
  if (point === undefined) return
  const counts = decides(point, track, cluster.probing)
  if (counts) countOutcome(track, outcome)
  if (isLate) {
    if (counts) takeLate(track, point, outcome)
    return
  }
  tellLate(cluster.name, track, effects)
  recordOutcome(point.history, outcome)
  if (counts && isReachable(outcome.symptom) && isOfThePath(track, outcome)) track.answeredPath = track.path
  if (needsJudging(cluster, track, point)) judge(cluster, track, assess(cluster, track, at), effects)
}

/** It began when the rules led along the path that is known now: until they follow, and while it is on its way here, it may not. */
function isOfThePath({ changedAt }: TargetTrack, { startedAt }: Outcome): boolean {
  return changedAt === null || startedAt >= changedAt + SETTLE_MS
}

/** It was asked in what the port was told to speak before: an agent may have held its answers back for seconds. */
function isToOtherWords({ speech }: TargetTrack, { protocol }: Outcome): boolean {
  return speech.protocol !== 'auto' && protocol !== 'auto' && protocol !== speech.protocol
}

function countOutcome(track: TargetTrack, outcome: Outcome): void {
  if (outcome.symptom === 'local_error') return
  const count = outcome.run?.count ?? 1
  const answered = isReachable(outcome.symptom)
  track.attempts += count
  if (answered) track.answered += count
  if (outcome.startedAt < track.epoch.startedAt + 1000) return
  if (answered) track.epoch.answered += count
  else track.epoch.failed += count
}
