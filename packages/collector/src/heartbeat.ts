import type { Clock } from '@portolan/core'
import { explainRoutes, explainTarget, watchedTargets } from '@portolan/core'
import type { Clusters } from './clusters.ts'
import type { Recorder } from './recorder.ts'
import type { ClusterView } from './store/store.ts'

/** What other processes read may be so old while nothing happens. */
const VIEW_MS = 5000

export interface Heartbeat {
  run(): void
  /** Something was reported of the cluster: the next beat brings how it is now. */
  changed(cluster: string): void
  /** Nothing of what was kept is there any more: the next beat brings all of it. */
  again(): void
}

/**
 * Says that the collector is awake, so that the gap is known if it dies, and how things are, for other processes: at
 * once when something changed, else now and then.
 */
export function createHeartbeat(recorder: Recorder, clusters: Clusters, clock: Clock): Heartbeat {
  /** Of each cluster that is as it was: when its view was last kept, on the monotonic clock. */
  const kept = new Map<string, number>()

  function viewOf(name: string, at: number): ClusterView | null {
    const state = clusters.get(name)?.state
    const passed = clock.monotonic()
    if (state === undefined || passed - (kept.get(name) ?? Number.NEGATIVE_INFINITY) < VIEW_MS) return null
    kept.set(name, passed)
    const explanations = watchedTargets(state).flatMap((target) => explainTarget(state, target, at) ?? [])
    const portless = explainRoutes(state, at).filter(({ route }) => route.port === null)
    // The epoch that lasts, with what was counted in it so far.
    for (const { epochs } of explanations) for (const epoch of epochs.slice(-1)) recorder.epoch(epoch)
    return { cluster: name, lastAt: at, explanations, portless, settings: { ...state.settings } }
  }

  function run(): void {
    const at = clock.now()
    const names = [...clusters.keys()]
    recorder.awake(
      at,
      names,
      names.flatMap((name) => viewOf(name, at) ?? []),
    )
  }

  return { run, changed: (cluster) => void kept.delete(cluster), again: () => kept.clear() }
}
