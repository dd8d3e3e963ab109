import { isSettling } from '../causes/context.ts'
import type { Assessment } from '../diagnosis/assess.ts'
import type { WatchedCluster } from '../diagnosis/build-context.ts'
import { failingPoints } from '../probing/tracked-point.ts'
import { kubectl, resourceName } from '../remedies/commands.ts'
import type { TargetTrack } from './target-track.ts'

/**
 * A service may wait for its client to speak first in a protocol that we do not know: it accepts and stays silent. As
 * long as nothing ever answered and nothing predicts silence, that is no outage.
 */
export function waitsInSilence(cluster: WatchedCluster, track: TargetTrack, assessment: Assessment): string | null {
  if (track.speech.protocol !== 'auto' || cluster.probing.protocols.has(track.speech.identity)) return null
  if (assessment.predicted !== null) return null
  // While a pod moves nothing predicts silence for a moment: what is down stays down.
  if (track.incident !== null && isSettling(assessment.context)) return null
  const failing = failingPoints(track, cluster.probing)
  const silent = failing.filter((point) => point.history.last?.symptom === 'silent')
  if (silent.length === 0 || silent.length < failing.length || failing.some((one) => one.history.lastOkAt !== null))
    return null
  const service = track.path.route.kind === 'nodePort' ? track.path.route.service : null
  const how =
    service === null
      ? 'expose it by a Service with the annotation portolan.dev/probe'
      : kubectl(assessment.context, service.namespace, 'annotate', resourceName(service), ...ANNOTATIONS)
  return `It accepts connections but answers none of the protocols that Portolan tried (HTTP, TLS, PostgreSQL, MySQL, Redis). Set its protocol: ${how}`
}

const ANNOTATIONS = ['portolan.dev/probe=tcp', 'portolan.dev/hello=TEXT']
