import type { WatchedCluster } from '../diagnosis/build-context.ts'
import type { WatchedPort } from '../diagnosis/watched-port.ts'
import type { Symptom } from '../model/symptom.ts'
import { decidingPoints, failingPoints } from '../probing/tracked-point.ts'

/** What each vantage that decides saw last. */
export function symptomsOf(cluster: WatchedCluster, track: WatchedPort): Record<string, Symptom> {
  const symptoms: Record<string, Symptom> = {}
  for (const { vantage, history } of decidingPoints(track, cluster.probing)) {
    if (history.last !== null) symptoms[vantage] = history.last.symptom
  }
  return symptoms
}

/** The first failing vantage's, in the order loopback, LAN, node; else what all see. */
export function worstSymptom(cluster: WatchedCluster, track: WatchedPort): Symptom | null {
  const points = decidingPoints(track, cluster.probing)
  const failing = failingPoints(track, cluster.probing)[0]
  return (failing ?? points.find((point) => point.history.last !== null))?.history.last?.symptom ?? null
}
