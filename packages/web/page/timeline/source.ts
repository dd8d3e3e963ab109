import { ask } from '../ask.ts'
import { spanOf, type View } from './view.ts'

/** Some of all rows, `end` not among them. */
export interface RowRange {
  first: number
  end: number
}

/** What is looked at, on so many pixels. */
export interface Look {
  view: View
  live: boolean
  width: number
  rows: RowRange
}

export interface Source {
  /** Says what is looked at; asks only where that is not at hand. */
  look(look: Look): void
  /** Something happened: what is at hand may be out of date. */
  refresh(): void
  /** What is at hand is not what is wanted any more. */
  renew(): void
  stop(): void
}

export interface SourceOptions<Document> {
  /** How fine it has to be; null: nothing is wanted of so much time. */
  detailOf(look: Look): number | null
  /** It answers for the rows that are asked for, and not for all. */
  ofRows: boolean
  /** What to ask for, `range` among it. */
  path(range: string, detail: number, rows: RowRange): string
  /** How old it may be at the live edge, ms. */
  freshFor(look: Look): number
  /** null: what was told is not wanted any more. */
  onDocument(document: Document | null): void
}

const GATHER_MS = 80
/** So much more than what is looked at is asked for on either side, so that panning finds it there. */
const MARGIN = 0.5
/** The same for scrolling. */
const ROWS_MARGIN = 1
/** So much longer than an answer took is waited before the same is asked again. */
const REST = 3

/** Fetches from the collector what is drawn of what is looked at. */
export function createSource<Document>(options: SourceOptions<Document>): Source {
  const { detailOf, ofRows, path, freshFor, onDocument } = options
  let wanted: (Look & { detail: number }) | null = null
  let held: { from: number; to: number; rows: RowRange; detail: number; at: number } | null = null
  let isFirst = true
  let restUntil = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = 0
  let asking = false
  let stale = false

  /** What is wanted is there, up to date or not. */
  function covers(): boolean {
    if (wanted === null || held === null) return false
    const { view, live, detail, rows } = wanted
    const isThere = detail === held.detail && view.from >= held.from && (live || view.to <= held.to)
    return isThere && (!ofRows || (rows.first >= held.rows.first && rows.end <= held.rows.end))
  }

  function isFresh(): boolean {
    if (wanted === null || held === null || stale) return false
    return !wanted.live || performance.now() - held.at < freshFor(wanted)
  }

  function soon(): void {
    if (wanted === null || asking) return
    const [isThere, now] = [covers(), performance.now()]
    if (isThere && isFresh()) return
    const wait = isFirst ? 0 : Math.max(GATHER_MS, isThere ? restUntil - now : 0)
    if (timer !== undefined && due <= now + wait) return
    clearTimeout(timer)
    due = now + wait
    timer = setTimeout(() => void fetchDocument(), wait)
  }

  async function fetchDocument(): Promise<void> {
    timer = undefined
    if (wanted === null) return
    const { view, live, detail } = wanted
    const margin = spanOf(view) * MARGIN
    const [from, to] = [view.from - margin, view.to + margin]
    const end = live ? '' : `&to=${new Date(to).toISOString()}`
    const rows = widened(wanted.rows)
    const asked = performance.now()
    isFirst = false
    asking = true
    stale = false
    try {
      const document = await ask<Document>(path(`from=${new Date(from).toISOString()}${end}`, detail, rows))
      const at = performance.now()
      restUntil = at + (at - asked) * REST
      held = { from, to, rows, detail, at }
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
    renew() {
      held = null
      stale = true
      soon()
    },
    stop: () => clearTimeout(timer),
  }
}

function widened({ first, end }: RowRange): RowRange {
  const margin = Math.ceil((end - first) * ROWS_MARGIN)
  return { first: Math.max(0, first - margin), end: end + margin }
}
