import type { WatchedCluster } from '../diagnosis/build-context.ts'
import type { Effect } from '../model/effect.ts'
import type { Incident } from '../model/incident.ts'
import type { TargetTrack } from './target-track.ts'

export function announceIncident(
  cluster: WatchedCluster,
  track: TargetTrack,
  type: 'incident.opened' | 'incident.updated' | 'incident.closed',
  incident: Incident,
  at: number,
  effects: Effect[],
): void {
  effects.push({
    kind: 'announce',
    change: { type, at, cluster: cluster.name, target: track.path.mapping.target, incident: { ...incident } },
  })
}
