import {
  drawLane,
  type Epoch,
  type Lane,
  type Outage,
  type PlacementChange,
  type TargetStateChange,
  type TargetView,
} from '@portolan/core'
import type { StoreReader } from './store/store.ts'

export interface LanesQuery {
  cluster?: string
  from: number
  to: number
  /** All by default. */
  targets?: string[]
  resolutionMs: number
}

const ALL = 1_000_000

/**
 * The timeline as a picture, one lane a port, in the order of the ports.
 *
 * @param current the ports as they are now: what never changed is told from them
 */
export async function readLanes(store: StoreReader, current: TargetView[], query: LanesQuery): Promise<Lane[]> {
  const { from, to, resolutionMs } = query
  const within = { from, to, ...(query.cluster === undefined ? {} : { cluster: query.cluster }) }
  const before = group(await store.statesAt({ ...within, at: from }))
  const changes = await store.drawn(within)
  const states = group(changes.filter((change) => change.type === 'target.state'))
  const gaps = changes.filter((change) => change.type === 'gap')
  const moves = group(changes.filter((change) => change.type === 'placement.changed').flatMap(perTarget))
  const incidents = group(await store.outages(within))
  const epochs = group((await store.epochs({ ...within, limit: ALL })).reverse())
  const views = new Map(current.map((view) => [keyOf({ cluster: view.cluster, target: view.id }), view]))

  const asked = query.targets === undefined ? null : new Set(query.targets)
  return [...new Set([...views.keys(), ...epochs.keys()])]
    .map((key) => {
      const { cluster, target } = epochs.get(key)?.[0] ?? {
        cluster: views.get(key)?.cluster,
        target: views.get(key)?.id,
      }
      return { key, cluster: cluster ?? '', target: target ?? '' }
    })
    .filter(({ cluster, target }) => {
      if (query.cluster !== undefined && cluster !== query.cluster) return false
      return asked === null || asked.has(target) || asked.has(`${cluster}/${target}`)
    })
    .sort(
      (a, b) =>
        a.cluster.localeCompare(b.cluster) || portOf(a.target) - portOf(b.target) || a.target.localeCompare(b.target),
    )
    .map(({ key, cluster, target }) =>
      drawLane(
        {
          cluster,
          target,
          before: stateBefore(before.get(key)?.[0], states.get(key)?.[0], views.get(key)),
          states: states.get(key) ?? [],
          incidents: incidents.get(key) ?? [],
          epochs: epochs.get(key) ?? [],
          moves: moves.get(key) ?? [],
          gaps: gaps.filter((gap) => gap.cluster === cluster),
        },
        { from, to, resolutionMs },
      ),
    )
}

/** Where the change into a state was forgotten already, the next one tells what was before it. */
function stateBefore(last?: TargetStateChange, next?: TargetStateChange, view?: TargetView) {
  if (last !== undefined) return { state: last.state, symptom: last.symptom }
  if (next !== undefined) return { state: next.previous, symptom: null }
  return { state: view?.state ?? 'unknown', symptom: view?.symptom ?? null } as const
}

function perTarget(change: PlacementChange): PlacementChange[] {
  return change.targets.map((target) => ({ ...change, target }))
}

function group<T extends TargetStateChange | PlacementChange | Outage | Epoch>(items: T[]): Map<string, T[]> {
  return Map.groupBy(items, keyOf)
}

function keyOf({ cluster, target }: { cluster: string; target: string }): string {
  return `${cluster}/${target}`
}

function portOf(target: string): number {
  return Number(/:(\d+)/.exec(target)?.[1] ?? 0)
}
