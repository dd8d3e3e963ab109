import { drawLane, type Lane, NOT_RUNNING, type TargetView } from '@portolan/core'
import type { StoredHistory, StoreReader, TargetName } from './store/store.ts'

export interface LanesQuery {
  cluster?: string
  from: number
  to: number
  /** All by default. */
  targets?: string[]
  /** Lanes to draw beside those of the ports: routes are no ports. */
  routes?: TargetName[]
  /** Of so many, after so many: drawing takes longer than telling which there are. All by default. */
  limit?: number
  offset?: number
  resolutionMs: number
  /** Clusters that nobody looks at any more, and when they were looked at last: what became of them nobody knows. */
  lastLooks?: ReadonlyMap<string, number>
}

export interface DrawnLanes {
  /** All that are mapped now or were within the range, in the order of the ports. */
  ports: TargetName[]
  /** Of those of them that are asked for, in the same order. */
  lanes: Lane[]
}

/**
 * The timeline as a picture, one lane a port.
 *
 * @param current the ports as they are now: what never changed is told from them
 */
export async function readLanes(store: StoreReader, current: TargetView[], query: LanesQuery): Promise<DrawnLanes> {
  const { from, to, offset = 0, limit = Infinity } = query
  const views = new Map(current.map((view) => [keyOf({ cluster: view.cluster, target: view.id }), view]))
  const now = current.map(({ cluster, id: target }) => ({ cluster, target }))
  const names = [
    ...now,
    ...(await store.targets({ cluster: query.cluster, from, to })),
    ...(query.routes ?? []),
  ].filter(isAsked(query))
  const ports = [...new Map(names.map((name) => [keyOf(name), name])).values()].sort(inOrder)
  const histories = await store.histories({ targets: ports.slice(offset, offset + limit), from, to })
  const lanes = histories.map((history) => {
    const before = history.before ?? stateBefore(history, views.get(keyOf(history)))
    return drawLane({ ...known(history, query), before }, query)
  })
  return { ports, lanes }
}

/** As far as somebody looked. */
function known(history: StoredHistory, { to, lastLooks }: LanesQuery): StoredHistory {
  const from = lastLooks?.get(history.cluster)
  if (from === undefined || from >= to) return history
  return {
    ...history,
    epochs: history.epochs.map((one) => ({ ...one, endedAt: one.endedAt ?? Math.max(one.startedAt, from) })),
    gaps: [...history.gaps, { from, to, reason: NOT_RUNNING }],
  }
}

function isAsked({ cluster, targets }: LanesQuery): (name: TargetName) => boolean {
  const asked = targets === undefined ? null : new Set(targets)
  return (name) =>
    (cluster === undefined || name.cluster === cluster) &&
    (asked === null || asked.has(name.target) || asked.has(keyOf(name)))
}

function inOrder(a: TargetName, b: TargetName): number {
  return a.cluster.localeCompare(b.cluster) || portOf(a.target) - portOf(b.target) || a.target.localeCompare(b.target)
}

/** Where the change into a state was forgotten already, the next one tells what was before it. */
function stateBefore({ states }: StoredHistory, view?: TargetView) {
  if (states[0] !== undefined) return { state: states[0].previous, symptom: null }
  return { state: view?.state ?? 'unknown', symptom: view?.symptom ?? null } as const
}

function keyOf({ cluster, target }: TargetName): string {
  return `${cluster}/${target}`
}

function portOf(target: string): number {
  return Number(/:(\d+)/.exec(target)?.[1] ?? 0)
}
