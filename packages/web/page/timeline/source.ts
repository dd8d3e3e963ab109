import { ask } from '../ask.ts'
import { spanOf, type View } from './view.ts'

/** What is looked at, on so many pixels. */
export interface Look {
  view: View
  live: boolean
  width: number
}

export interface Source {
  /** Says what is looked at; asks only where that is not at hand. */
  look(look: Look): void
  /** Something happened: what is at hand may be out of date. */
  refresh(): void
  stop(): void
}

export interface SourceOptions<Document> {
  /** How fine it has to be; null: nothing is wanted of so much time. */
  detailOf(look: Look): number | null
  /** What to ask for, `range` among it. */
  path(range: string, detail: number): string
  /** How old it may be at the live edge, ms. */
  freshFor(look: Look): number
  /** null: what was told is not wanted any more. */
  onDocument(document: Document | null): void
}

const GATHER_MS = 80
/** So much more than what is looked at is asked for on either side, so that panning finds it there. */
const MARGIN = 0.5

/** Fetches from the collector what is drawn of what is looked at. */
export function createSource<Document>(options: SourceOptions<Document>): Source {
  const { detailOf, path, freshFor, onDocument } = options
  let wanted: (Look & { detail: number }) | null = null
  let held: { from: number; to: number; detail: number; at: number } | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let stale = false

  function isHeld(): boolean {
    if (wanted === null || held === null || stale) return false
    const { view, live, detail } = wanted
    if (detail !== held.detail || view.from < held.from) return false
    return live ? performance.now() - held.at < freshFor(wanted) : view.to <= held.to
  }

  function soon(): void {
    if (wanted === null || timer !== undefined || asking || isHeld()) return
    timer = setTimeout(() => void fetchDocument(), GATHER_MS)
  }

  async function fetchDocument(): Promise<void> {
    timer = undefined
    if (wanted === null) return
    const { view, live, detail } = wanted
    const margin = spanOf(view) * MARGIN
    const [from, to] = [view.from - margin, view.to + margin]
    const end = live ? '' : `&to=${new Date(to).toISOString()}`
    asking = true
    stale = false
    try {
      const document = await ask<Document>(path(`from=${new Date(from).toISOString()}${end}`, detail))
      held = { from, to, detail, at: performance.now() }
      if (wanted !== null) onDocument(document)
    } catch {
      // Whoever follows the collector says that it is away; this is tried again with the next look.
      held = null
    }
    asking = false
    // Meanwhile something else may be looked at.
    if (held !== null) soon()
  }

  return {
    look(look) {
      const detail = detailOf(look)
      if (detail === null) {
        if (wanted !== null) onDocument(null)
        wanted = held = null
        return
      }
      wanted = { ...look, detail }
      soon()
    },
    refresh() {
      stale = true
      soon()
    },
    stop: () => clearTimeout(timer),
  }
}
