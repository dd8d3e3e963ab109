import { useEffect, useState } from 'preact/hooks'
import { ask } from '../ask.ts'
import { now } from '../clock.ts'
import type { LanesDocument, ReachDocument } from '../documents.ts'
import { nameOf, rowsOf, type Timed } from '../timeline/rows.ts'
import { inPlace } from '../navigation.ts'
import { LONGEST, type Window, windowOf } from './slices.ts'

/** The last hours of every port and route. */
export interface Bars {
  window: Window
  /** The first moment within them that anything is known of; null: all of them are known. */
  since: number | null
  reach: ReadonlyMap<string, Timed<ReachDocument>[]>
}

const OFTEN_MS = 2000
const SELDOM_MS = 30_000

/** null until the first answer. Asked for again now and then: how a port is now is known without it. */
export function useBars(): Bars | null {
  const [bars, setBars] = useState<Bars | null>(null)
  useEffect(() => {
    const leave = new AbortController()
    let window = windowOf(now(), 0)

    /** Never rejects. */
    async function fetchBars(): Promise<void> {
      let wait = OFTEN_MS
      try {
        const asked = window
        const made = barsOf(await ask<LanesDocument>(pathOf(asked), leave.signal), asked)
        window = windowOf(now(), made.since ?? now() - LONGEST)
        if (window.sliceMs === asked.sliceMs) {
          setBars(made)
          wait = Math.min(SELDOM_MS, Math.max(OFTEN_MS, asked.sliceMs / 4))
        } else wait = 0
      } catch {
        // Whoever follows the collector says that it is away.
      }
      if (!leave.signal.aborted) timer = setTimeout(() => void fetchBars(), wait)
    }
    let timer = setTimeout(() => void fetchBars(), 0)
    return () => {
      leave.abort()
      clearTimeout(timer)
    }
  }, [])
  return bars
}

function pathOf({ from, sliceMs }: Window): string {
  return inPlace(`/lanes?routes=true&from=${new Date(from).toISOString()}&resolution=${sliceMs / 1000}`)
}

function barsOf(document: LanesDocument, window: Window): Bars {
  const { rows } = rowsOf(document)
  const first = Math.min(...rows.flatMap(({ reach }) => reach[0]?.from ?? []))
  return {
    window,
    since: Number.isFinite(first) && first > window.from ? first : null,
    reach: new Map(rows.map((row) => [nameOf(row), row.reach])),
  }
}
