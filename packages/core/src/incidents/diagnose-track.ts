import { rolloutGap } from '../causes/rollout-gap.ts'
import type { RuleContext } from '../causes/context.ts'
import { knowsObjects, staleBecause } from '../cluster/inventory.ts'
import type { Assessment } from '../diagnosis/assess.ts'
import type { WatchedCluster } from '../diagnosis/build-context.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import type { Verdict } from '../diagnosis/verdict.ts'
import type { Cause } from '../model/cause.ts'
import { seenAt } from '../probing/probe-history.ts'
import { failingPoints, type TrackedPoint } from '../probing/tracked-point.ts'
import type { TargetTrack } from './target-track.ts'

/** Objects may take so long to come at the start before a verdict is given without them. */
const PATIENCE_MS = 10_000

/** Why the port is dark, by all that is remembered of it. */
export function diagnoseTrack(track: TargetTrack, assessment: Assessment, darkSince: number): Verdict {
  return diagnose(assessment, {
    since: (cause) => track.holding.get(cause),
    darkSince,
    previous: track.incident?.cause ?? null,
  })
}

/** A change that came so much later than the darkness did not begin it. */
export const HEARD_AFTER_MS = 5000

/**
 * When the cluster changed such that the port went dark. While pods are replaced they change again and again: then the
 * last change counts.
 */
export function changedAtOf(track: TargetTrack, cause: Cause, darkSince: number): number | null {
  const changedAt = cause === rolloutGap.cause ? track.changedAt : (track.holding.get(cause) ?? null)
  return changedAt === null || changedAt > darkSince + HEARD_AFTER_MS ? null : changedAt
}

/** The vantages that fail, going by what was seen since the path is what it is. */
export function failingNow(cluster: WatchedCluster, track: TargetTrack, context: RuleContext): TrackedPoint[] {
  return failingPoints(track, cluster.probing).filter(
    (point) => isNews(point, context) && (seenAt(point.history) ?? 0) > track.quietUntil,
  )
}

/** A failure from before the last change of the path says nothing about the path as it is now. */
function isNews(point: TrackedPoint, { changedAt }: RuleContext): boolean {
  const at = seenAt(point.history)
  return at !== null && (changedAt === null || at >= changedAt)
}

export function isTooEarly(cluster: WatchedCluster, track: TargetTrack, at: number): boolean {
  return (
    !knowsObjects(cluster.inventory) && staleBecause(cluster.inventory) === null && at - track.firstSeenAt < PATIENCE_MS
  )
}
