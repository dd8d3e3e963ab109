import type { WatchedCluster } from '../diagnosis/build-context.ts'
import type { Effect } from '../model/effect.ts'
import type { Epoch } from '../model/epoch.ts'
import { type Path, servingNodes } from '../route/path.ts'
import { servingEndpoints } from './path-keys.ts'
import type { TargetTrack } from './target-track.ts'

/** How many ended placement epochs a port remembers. */
const EPOCHS = 100

export function createEpoch({ name }: WatchedCluster, path: Path, at: number): Epoch {
  return {
    id: `${path.mapping.target}#${at}`,
    cluster: name,
    target: path.mapping.target,
    startedAt: at,
    endedAt: null,
    mappedNode: path.container.name,
    podNodes: servingNodes(path),
    ...(servingEndpoints(path).some((one) => one.terminating) ? { leaving: true } : {}),
    expectedUp: null,
    answered: 0,
    failed: 0,
  }
}

export function beginEpoch(cluster: WatchedCluster, track: TargetTrack, at: number, effects: Effect[]): void {
  endEpoch(track, at, effects)
  track.epochs.push(track.epoch)
  if (track.epochs.length > EPOCHS) track.epochs.shift()
  track.epoch = createEpoch(cluster, track.path, at)
}

export function endEpoch(track: TargetTrack, at: number, effects: Effect[]): void {
  track.epoch.endedAt = at
  effects.push({ kind: 'epoch', epoch: { ...track.epoch } })
}
