import { ask, readFault } from './ask.ts'
import { hearClock, now } from './clock.ts'
import type { PathDocument, TargetDocument } from './documents.ts'
import { hearChanges } from './event-stream.ts'
import { writePart } from './route.ts'

/** What the page knows of now, kept up to date by itself. */
export interface Live {
  targets: TargetDocument[] | null
  /** The way to each port that does not answer, by `CLUSTER/TARGET`. */
  paths: ReadonlyMap<string, PathDocument['hops']>
  /** Since when the collector has not answered; null while it does. */
  awaySince: number | null
  /** Why nothing is kept at the moment; null while all is well. */
  fault: string | null
  /** Grows whenever something happened that is worth looking at again. */
  news: number
}

const REFRESH_MS = 2000
const GATHER_MS = 60
/** More than that nobody looks at once. */
const MOST_PATHS = 40

/** @param onChange called with everything whenever any of it changed. @returns how to stop */
export function follow(onChange: (live: Live) => void): () => void {
  let live: Live = { targets: null, paths: new Map(), awaySince: null, fault: null, news: 0 }
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let again = false

  function change(part: Partial<Live>): void {
    live = { ...live, ...part }
    onChange(live)
  }

  function refreshAfter(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(refresh, ms)
  }

  /** Never rejects. */
  async function refresh(): Promise<void> {
    if (asking) return void (again = true)
    asking = true
    clearTimeout(timer)
    try {
      const asked = [ask<{ targets: TargetDocument[] }>('/targets'), readFault(), hearClock()] as const
      const [{ targets }, fault] = await Promise.all(asked)
      const paths = await readPaths(targets)
      change({ targets, paths, fault, awaySince: null, ...(live.awaySince === null ? {} : { news: live.news + 1 }) })
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
    clearTimeout(timer)
    stop()
  }
}

async function readPaths(targets: TargetDocument[]): Promise<Live['paths']> {
  const dark = targets.filter(({ state }) => state === 'down').slice(0, MOST_PATHS)
  const paths = dark.map(async ({ id, cluster }) => {
    const query = `?cluster=${writePart(cluster)}`
    const path = await ask<PathDocument>(`/targets/${writePart(id)}/path${query}`).catch(() => null)
    return [`${cluster}/${id}`, path?.hops ?? []] as const
  })
  return new Map(await Promise.all(paths))
}
