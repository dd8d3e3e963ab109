import { ask } from '../ask.ts'
import type { LanesDocument } from '../documents.ts'
import { type Rows, rowsOf } from './rows.ts'
import { spanOf, type View } from './view.ts'

export interface LanesSource {
  /** Says what is looked at; asks only where that is not at hand. */
  look(view: View, live: boolean, width: number): void
  /** Something happened: what is at hand may be out of date. */
  refresh(): void
  stop(): void
}

const GATHER_MS = 80
/** So much more than what is looked at is asked for on either side, so that panning finds it there. */
const MARGIN = 0.5

/** Fetches the lanes for what is looked at, as fine as about two pixels of it. */
export function createLanesSource(onRows: (rows: Rows, heardAt: number) => void): LanesSource {
  let wanted: { view: View; live: boolean; width: number } | null = null
  let held: { from: number; to: number; resolution: number; at: number } | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let stale = false

  function resolutionOf(view: View, width: number): number {
    // In steps of two, so that a little zoom is no reason to ask again.
    return 2 ** Math.floor(Math.log2(Math.max(1, (spanOf(view) / width) * 2)))
  }

  function isHeld(): boolean {
    if (wanted === null || held === null || stale) return false
    const { view, live, width } = wanted
    if (resolutionOf(view, width) !== held.resolution || view.from < held.from) return false
    return live ? performance.now() - held.at < Math.max(1000, spanOf(view) / 500) : view.to <= held.to
  }

  function soon(): void {
    if (timer !== undefined || asking || isHeld()) return
    timer = setTimeout(() => void fetchLanes(), GATHER_MS)
  }

  async function fetchLanes(): Promise<void> {
    timer = undefined
    if (wanted === null) return
    const { view, live, width } = wanted
    const margin = spanOf(view) * MARGIN
    const resolution = resolutionOf(view, width)
    const from = new Date(view.from - margin).toISOString()
    const to = live ? '' : `&to=${new Date(view.to + margin).toISOString()}`
    asking = true
    stale = false
    try {
      const document = await ask<LanesDocument>(`/lanes?from=${from}${to}&resolution=${resolution / 1000}`)
      const rows = rowsOf(document)
      held = { from: rows.from, to: live ? rows.to : view.to + margin, resolution, at: performance.now() }
      onRows(rows, Date.now())
    } catch {
      // Whoever follows the collector says that it is away; this is tried again with the next look.
      held = null
    }
    asking = false
  }

  return {
    look(view, live, width) {
      wanted = { view, live, width }
      soon()
    },
    refresh() {
      stale = true
      soon()
    },
    stop: () => clearTimeout(timer),
  }
}
