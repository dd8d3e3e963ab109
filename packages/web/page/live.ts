import { ask, readFault } from './ask.ts'
import { hearClock, isHub, now } from './clock.ts'
import type { FleetDocument, PathDocument, TargetDocument } from './documents.ts'
import { hearChanges } from './event-stream.ts'
import { inPlace } from './navigation.ts'
import { writePart } from './route.ts'

/** What is known of the server of the page. */
export interface Heard {
  /** Since when it has not answered; null while it does. */
  awaySince: number | null
  /** Why nothing is kept at the moment; null while all is well. */
  fault: string | null
  /** Grows whenever something happened that is worth looking at again. */
  news: number
}

/** The ports as they are now. */
export interface Ports {
  targets: TargetDocument[] | null
  /** The way to each port that does not answer, by `CLUSTER/TARGET`. */
  paths: ReadonlyMap<string, PathDocument['hops']>
  /** At a hub: when the collector of the cluster was heard last, if that is too long ago; null: it is heard. */
  quietSince: number | null
  /** At a hub: nothing was reported of the cluster. */
  isUnknown: boolean
}

/** What the page knows of now, kept up to date by itself. */
export type Live = Ports & Heard

export const NOTHING_HEARD: Heard = { awaySince: null, fault: null, news: 0 }
export const NO_PORTS: Ports = { targets: null, paths: new Map(), quietSince: null, isUnknown: false }

const REFRESH_MS = 2000
const GATHER_MS = 60
/** More than that nobody looks at once. */
const MOST_PATHS = 40

/**
 * @param read asked every so often, and soon after something happened
 * @param onChange called with everything whenever any of it changed
 * @returns how to stop
 */
export function follow<T extends object>(
  empty: T,
  read: () => Promise<T>,
  onChange: (live: T & Heard) => void,
): () => void {
  let live: T & Heard = { ...empty, ...NOTHING_HEARD }
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let again = false
  let stopped = false

  function change(part: Partial<Heard>, read?: T): void {
    if (stopped) return
    live = { ...live, ...read, ...part }
    onChange(live)
  }

  function refreshAfter(ms: number): void {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(refresh, ms)
  }

  /** Never rejects. */
  async function refresh(): Promise<void> {
    if (asking) return void (again = true)
    asking = true
    clearTimeout(timer)
    try {
      const [value, fault] = await Promise.all([read(), readFault(), hearClock()])
      change({ fault, awaySince: null, ...(live.awaySince === null ? {} : { news: live.news + 1 }) }, value)
    } catch {
      if (live.awaySince === null) change({ awaySince: now() })
    }
    asking = false
    refreshAfter(again ? GATHER_MS : REFRESH_MS)
    again = false
  }

  function hear(): void {
    change({ news: live.news + 1 })
    if (asking) again = true
    else refreshAfter(GATHER_MS)
  }

  const stop = hearChanges(hear, () => refreshAfter(0))
  refreshAfter(0)
  return () => {
    stopped = true
    clearTimeout(timer)
    stop()
  }
}

/** The ports of the one collector, or of the cluster of a hub that is shown. */
export async function readPorts(): Promise<Ports> {
  const [{ targets }, heard] = await Promise.all([
    ask<{ targets: TargetDocument[] }>(inPlace('/targets')),
    isHub() ? readHeard() : ALWAYS_HEARD,
  ])
  return { targets, paths: await readPaths(targets), ...heard }
}

const ALWAYS_HEARD = { quietSince: null, isUnknown: false }

async function readHeard(): Promise<Pick<Ports, 'quietSince' | 'isUnknown'>> {
  const { clusters } = await ask<FleetDocument>(inPlace('/fleet?hours=1'))
  const [cluster] = clusters
  return {
    quietSince: cluster?.state === 'quiet' ? Date.parse(cluster.heardAt) : null,
    isUnknown: cluster === undefined,
  }
}

async function readPaths(targets: TargetDocument[]): Promise<Ports['paths']> {
  const dark = targets.filter(({ state }) => state === 'down').slice(0, MOST_PATHS)
  const paths = dark.map(async ({ id, cluster }) => {
    const query = `?cluster=${writePart(cluster)}`
    const path = await ask<PathDocument>(`/targets/${writePart(id)}/path${query}`).catch(() => null)
    return [`${cluster}/${id}`, path?.hops ?? []] as const
  })
  return new Map(await Promise.all(paths))
}
