import { type Lane, printable, printableAll, type ReachState } from '@portolan/core'
import type { Style } from './style.ts'
import { clockText, nodeText } from './words.ts'

/** How each state is drawn, worst first: that is what a column shows of several. */
const SIGNS: [ReachState, string][] = [
  ['down', '╳'],
  ['gap', '┄'],
  ['unknown', '?'],
  ['flapping', '≈'],
  ['by_design', '·'],
  ['up', '━'],
]

export const LANE_LEGEND =
  '━ answers   ╳ dark   ≈ flapping   ? unknown   · dark by design   ┄ not watched   ● ready pods   ⚓ where clients come in'

/** The lanes of a port in text: whether it answered, and under it a line for each node that held its pods. */
export function laneLines(
  given: Lane,
  options: { from: number; to: number; width: number; name: string; style: Style },
): string[] {
  const { from, to, width, style } = options
  const lane = printableAll(given)
  const name = printable(options.name)
  const mapped = new Set(lane.placement.map(({ mappedNode }) => mappedNode))
  const nodes = [...new Set(lane.placement.flatMap(({ mappedNode, podNodes }) => [mappedNode, ...podNodes]))].sort(
    (a, b) => Number(mapped.has(b)) - Number(mapped.has(a)) || a.localeCompare(b, 'en', { numeric: true }),
  )
  const names = [name, ...nodes.map((node) => `${mapped.has(node) ? '⚓' : ' '} ${nodeText(node, lane.cluster)}`)]
  const margin = Math.max(...names.map(({ length }) => length)) + 2
  const columns = Math.max(10, width - margin)
  const column = (at: number) => Math.floor(((at - from) / (to - from)) * columns)
  const drawn = reachSigns(lane, column, columns)
  const podLines = nodes.map((node, index) => {
    const cells = Array.from({ length: columns }, () => ' ')
    for (const { from: start, to: end, podNodes } of lane.placement) {
      if (podNodes.includes(node)) cells.fill('●', column(start), Math.max(column(start) + 1, column(end)))
    }
    return `${(names[index + 1] ?? '').padEnd(margin)}${style.dim(cells.join('').trimEnd())}`
  })
  return [
    `${''.padEnd(margin)}${style.dim(axis(from, to, columns))}`,
    `${style.strong(name.padEnd(margin))}${coloured(drawn, style)}`,
    ...podLines,
  ]
}

function reachSigns(lane: Lane, column: (at: number) => number, columns: number): string[] {
  const cells = Array.from({ length: columns }, () => ' ')
  for (const [state, sign] of SIGNS.toReversed()) {
    for (const one of lane.reach) {
      if (one.state === state) cells.fill(sign, column(one.from), Math.max(column(one.from) + 1, column(one.to)))
    }
  }
  return cells
}

function coloured(cells: string[], style: Style): string {
  const paint: Record<string, (text: string) => string> = { '╳': style.bad, '━': style.good, '≈': style.doubt }
  return cells
    .join('')
    .trimEnd()
    .replaceAll(/(.)\1*/gu, (run, sign: string) => (paint[sign] ?? style.dim)(run))
}

/** Times, as many as fit. */
function axis(from: number, to: number, columns: number): string {
  const count = Math.max(1, Math.floor(columns / 16))
  const cells = Array.from({ length: count }, (_, index) =>
    `╷${clockText(from + ((to - from) * index) / count)}`.padEnd(Math.floor(columns / count)),
  )
  return cells.join('').trimEnd()
}
