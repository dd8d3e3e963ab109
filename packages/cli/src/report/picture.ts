import type { Lane, ReachState } from '@portolan/core'
import { nodeText, portText } from '../render/words.ts'
import { escapeHtml } from './escape-html.ts'
import type { Report } from './report.ts'

const WIDTH = 860
const LEFT = 92
const AXIS = 24
const ROW = 52
const REACH = 18
const PLACEMENT = 13
/** Only what went dark is worth a picture where there is much. */
const MOST_ROWS = 20
const COLOURS: Record<ReachState, string> = {
  up: 'var(--up)',
  down: 'var(--down)',
  flapping: 'var(--flapping)',
  unknown: 'var(--unknown)',
  by_design: 'var(--line)',
  gap: 'var(--line)',
}

/** The lanes as SVG: dark is high, everything else low, so that the two differ even without colour. */
export function pictureOf({ lanes, period, incident }: Report): string {
  const from = Math.max(period.from, Math.min(period.to, ...lanes.flatMap(({ reach }) => reach[0]?.from ?? period.to)))
  const shown = lanes
    .filter(({ reach }) => reach.length > 0)
    .toSorted((a, b) => Number(wasDark(b)) - Number(wasDark(a)))
    .slice(0, MOST_ROWS)
  const nodes = [
    ...new Set(
      shown.flatMap(({ placement }) => placement.flatMap(({ podNodes, mappedNode }) => [mappedNode, ...podNodes])),
    ),
  ].sort()
  const scale: Scale = {
    x: (at) => LEFT + ((at - from) / Math.max(1, period.to - from)) * (WIDTH - LEFT - 8),
    colourOf: (podNodes) =>
      podNodes.length > 1 ? 'var(--several)' : `var(--node${nodes.indexOf(podNodes[0] ?? '') % 6})`,
  }
  const height = AXIS + shown.length * ROW
  const rows = shown.map((lane, index) => rowOf(lane, AXIS + index * ROW, scale))
  const label =
    incident === null
      ? 'Reachability and placement of the ports'
      : `Port ${portText(incident.target, '', false)} and where its pods were`
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}">${axisOf(from, period.to, height, scale)}${rows.join('')}</svg>`
}

interface Scale {
  x(at: number): number
  colourOf(podNodes: string[]): string
}

function wasDark({ reach }: Lane): boolean {
  return reach.some(({ state }) => state === 'down')
}

function axisOf(from: number, to: number, height: number, { x }: Scale): string {
  const ticks = Array.from({ length: 6 }, (_, index) => from + ((to - from) * index) / 6)
  const precision = to - from < 60_000 ? 23 : 19
  return ticks
    .map((at) => {
      const text = new Date(at).toISOString().slice(11, precision)
      return `<path d="M${n(x(at))} 16V${height}" stroke="var(--line)"/><text x="${n(x(at) + 3)}" y="12" fill="var(--faint)">${text}</text>`
    })
    .join('')
}

function rowOf(lane: Lane, top: number, scale: Scale): string {
  const { x, colourOf } = scale
  const y = top + 6
  const name = `<text x="0" y="${y + 13}" font-weight="600">${escapeHtml(portText(lane.target, lane.cluster, false))}</text>`
  const reach = lane.reach.map(({ from, to, state, darkMs }) => {
    const inset = state === 'down' ? 0 : 6
    const width = Math.max(state === 'down' ? 1.5 : 0.3, x(to) - x(from))
    const bar = rect(
      x(from),
      y + inset,
      width,
      REACH - 2 * inset,
      COLOURS[state],
      state === 'gap' ? ' stroke="var(--faint)" stroke-dasharray="3 3"' : '',
    )
    const text = `✕ ${(darkMs / 1000).toFixed(1)} s`
    return state === 'down' && width > text.length * 7.5
      ? `${bar}<text x="${n(x(from) + 5)}" y="${y + 13}" fill="var(--paper)">${text}</text>`
      : bar
  })
  const pods = lane.placement.map(({ from, to, podNodes, mappedNode }) => {
    const width = Math.max(0.3, x(to) - x(from) - 0.5)
    if (podNodes.length === 0) return rect(x(from), y + REACH + 9, width, 2, 'var(--line)')
    const bar = rect(x(from), y + REACH + 3, width, PLACEMENT, colourOf(podNodes))
    const text = `${podNodes.includes(mappedNode) ? '⚓ ' : ''}${podNodes.map((node) => nodeText(node, lane.cluster)).join(', ')}`
    return width > text.length * 7 + 8
      ? `${bar}<text x="${n(x(from) + 5)}" y="${y + REACH + 13}">${escapeHtml(text)}</text>`
      : bar
  })
  const moves = lane.moves.map(
    ({ at }) => `<path d="M${n(x(at))} ${y - 2}v${REACH + PLACEMENT + 7}" stroke="var(--ink)"/>`,
  )
  return [name, ...pods, ...reach, ...moves].join('')
}

function rect(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${fill}"${more}/>`
}

function n(number: number): string {
  return String(Math.round(number * 10) / 10)
}
