import type { LaneDocument, LanesDocument, MoveDocument, PlacementDocument, ReachDocument } from '../documents.ts'

/** A lane with its times as numbers, which is what is drawn. */
export interface Row {
  cluster: string
  target: string
  /** Of a row that nobody looks at nothing is. */
  isKnown: boolean
  reach: Timed<ReachDocument>[]
  placement: Timed<PlacementDocument>[]
  moves: (Omit<MoveDocument, 'at'> & { at: number })[]
}

export type Timed<T> = Omit<T, 'from' | 'to'> & { from: number; to: number }

export interface Rows {
  from: number
  to: number
  /** One for each port. */
  rows: Row[]
  /** What happened to whole clusters, and to more than one of the rows that are known. */
  events: { at: number; text: string }[]
  /** All that pods were on or ports are mapped to: each keeps the place that it came to, and so its colour. */
  nodes: string[]
  notes: { from: number; to: number; text: string }[]
}

export const NO_ROWS: Rows = { from: 0, to: 0, rows: [], events: [], nodes: [], notes: [] }

/** @param nodes those that were seen before, in their order */
export function rowsOf(document: LanesDocument, nodes: string[] = []): Rows {
  const known = new Map(document.lanes.map((lane) => [nameOf(lane), rowOf(lane)]))
  const rows = document.ports.map((port) => known.get(nameOf(port)) ?? { ...port, ...UNKNOWN })
  const events = document.events.map(({ at, text }) => ({ at: Date.parse(at), text: text.split(':')[0] ?? text }))
  return {
    from: Date.parse(document.from),
    to: Date.parse(document.to),
    rows,
    events: [...clusterEvents(rows), ...events],
    nodes: nodesOf(rows, nodes),
    notes: document.notes.map(timed),
  }
}

const UNKNOWN = { isKnown: false, reach: [], placement: [], moves: [] }

/** As in an address of the page. */
export function nameOf({ cluster, target }: Pick<Row, 'cluster' | 'target'>): string {
  return `${cluster}/${target}`
}

function rowOf({ cluster, target, reach, placement, moves }: LaneDocument): Row {
  return {
    cluster,
    target,
    isKnown: true,
    reach: reach.map(timed),
    placement: placement.map(timed),
    moves: moves.map((move) => ({ ...move, at: Date.parse(move.at) })),
  }
}

function timed<T extends { from: string; to: string }>(stretch: T): Timed<T> {
  return { ...stretch, from: Date.parse(stretch.from), to: Date.parse(stretch.to) }
}

/** When the first of the rows that are known was first known. */
export function firstKnown({ rows, to }: Rows): number {
  return Math.min(to, ...rows.flatMap(({ reach }) => reach[0]?.from ?? to))
}

/** The first that ends after `at`: stretches are in order and do not overlap. */
export function firstAfter(stretches: { to: number }[], at: number): number {
  let [low, high] = [0, stretches.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((stretches[middle]?.to ?? 0) > at) high = middle
    else low = middle + 1
  }
  return low
}

export function stretchAt<T extends { from: number; to: number }>(stretches: T[], at: number): T | null {
  const found = stretches[firstAfter(stretches, at)]
  return found !== undefined && found.from <= at ? found : null
}

/** What moved pods behind the rows from outside, once each: it is told of every port behind which it happened. */
export function clusterEvents(rows: Row[]): { at: number; text: string }[] {
  const events = new Map<string, { at: number; text: string }>()
  for (const { moves } of rows) {
    for (const { at, reason, kind } of moves) {
      if (!/drain|evict|preempt|taint/.test(reason) && kind !== 'rollout') continue
      const text = kind === 'rollout' ? 'rollout' : reason
      events.set(`${text} ${Math.round(at / 1000)}`, { at, text })
    }
  }
  return [...events.values()].sort((a, b) => a.at - b.at)
}

function nodesOf(rows: Row[], before: string[]): string[] {
  const nodes = new Set<string>()
  for (const { placement } of rows) {
    for (const { mappedNode, podNodes } of placement) {
      nodes.add(mappedNode)
      for (const node of podNodes) nodes.add(node)
    }
  }
  return [...before, ...[...nodes].filter((node) => !before.includes(node)).sort()]
}

/** The dark stretch of the row that follows or precedes a time. */
export function nextDark(row: Row, at: number, direction: 1 | -1): Timed<ReachDocument> | null {
  const dark = row.reach.filter(({ state }) => state === 'down')
  const middle = ({ from, to }: { from: number; to: number }) => (from + to) / 2
  return direction === 1
    ? (dark.find((one) => middle(one) > at + 1) ?? null)
    : (dark.findLast((one) => middle(one) < at - 1) ?? null)
}
