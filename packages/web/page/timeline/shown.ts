import type { ReachDocument } from '../documents.ts'
import type { Row } from './rows.ts'
import type { View } from './view.ts'

/** What is written beside the picture. */
export interface Shown {
  /** Of those that are not looked at nothing but the name. */
  rows: { cluster: string; target: string; seen: SeenRow | null }[]
  selected: number | null
  /** @property cluster of the row, which a person needs to know where several are shown */
  tip: { x: number; y: number; cluster: string; lines: string[]; byKey: boolean } | null
  isLive: boolean
  /** So much was asked for, of which there may be less. */
  span: number
  view: View
  nodes: string[]
}

export interface SeenRow {
  now: ReachDocument['state']
  episodes: number
  darkMs: number
}

/** What a row is within the view, for its name. */
export function summaryOf(row: Row, view: View): Shown['rows'][number] {
  const { cluster, target } = row
  return { cluster, target, seen: row.isKnown ? seenWithin(row, view) : null }
}

function seenWithin(row: Row, view: View): SeenRow {
  const seen = row.reach.filter(({ from, to }) => to > view.from && from < view.to)
  const dark = seen.filter(({ state }) => state === 'down')
  return {
    now: seen.at(-1)?.state ?? 'unknown',
    episodes: dark.reduce((sum, one) => sum + one.episodes, 0),
    darkMs: dark.reduce((sum, one) => sum + one.darkSeconds * 1000, 0),
  }
}
