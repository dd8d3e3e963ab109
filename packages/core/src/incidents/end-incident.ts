import type { WatchedCluster } from '../diagnosis/build-context.ts'
import type { Effect } from '../model/effect.ts'
import type { TargetTrack } from './target-track.ts'

/** Ends the open incident of a port, where it has one, though nothing answered: nobody is to be answered there any more. */
export function endIncident(
  { name: cluster }: Pick<WatchedCluster, 'name'>,
  track: TargetTrack,
  at: number,
  why: string,
  effects: Effect[],
): void {
  if (track.incident === null) return
  const incident = { ...track.incident, closedAt: at, darkUntil: track.incident.darkUntil ?? at, ended: why }
  incident.summary = `${incident.summary} It ended because ${why}.`
  track.incident = null
  track.endedAt = at
  const { target } = track.path.mapping
  effects.push({ kind: 'announce', change: { type: 'incident.closed', at, cluster, target, incident } })
}
