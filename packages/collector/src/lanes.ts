import { drawLane, type Lane, NOT_RUNNING, type TargetView } from '@portolan/core'
import type { StoredHistory, StoreReader, TargetName } from './store/store.ts'

export interface LanesQuery {
  cluster?: string
  from: number
  to: number
  /** All by default. */
  targets?: string[]
  resolutionMs: number
  /** Clusters that nobody looks at any more, and when they were looked at last: what became of them nobody knows. */
  lastLooks?: ReadonlyMap<string, number>
}

/**
 * The timeline as a picture, one lane a port, in the order of the ports.
 *
 * @param current the ports as they are now: what never changed is told from them
 */
export async function readLanes(store: StoreReader, current: TargetView[], query: LanesQuery): Promise<Lane[]> {
  const { from, to } = query
  const views = new Map(current.map((view) => [keyOf({ cluster: view.cluster, target: view.id }), view]))
  const names = [...current.map(({ cluster, id: target }) => ({ cluster, target })), ...(await store.targets())]
  const targets = [...new Map(names.map((name) => [keyOf(name), name])).values()].filter(isAsked(query)).sort(inOrder)
  const histories = await store.histories({ targets, from, to })
  return histories.flatMap((history) => {
    const view = views.get(keyOf(history))
    // It was mapped at another time.
    if (view === undefined && history.epochs.length === 0) return []
    return [drawLane({ ...known(history, query), before: history.before ?? stateBefore(history, view) }, query)]
  })
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
