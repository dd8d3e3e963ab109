import { assess } from '../diagnosis/assess.ts'
import type { Effect } from '../model/effect.ts'
import type { RuleReading } from '../model/rule-reading.ts'
import type { FollowedCluster } from './follow.ts'
import { judge } from './judge.ts'

/** Takes in what a node's rules do with a port, for each host port that leads to it. */
export function takeReading(cluster: FollowedCluster, reading: RuleReading, at: number, effects: Effect[]): void {
  for (const track of cluster.ports.tracks.values()) {
    const { container, mapping } = track.path
    // At the address of a load balancer other rules of the node lead on.
    const isOfIt =
      mapping.entry !== 'balancer' &&
      container.name === reading.node &&
      mapping.containerPort === reading.port &&
      mapping.protocol === reading.protocol
    if (!isOfIt) continue
    track.rules = reading
    judge(cluster, track, assess(cluster, track, at), effects)
  }
}
