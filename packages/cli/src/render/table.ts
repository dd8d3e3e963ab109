import { percent, type PortState, type TargetView } from '@portolan/core'
import type { Style } from './style.ts'
import { ageText, fit, fitEnd, isLucky, nodeText, podsText, portText, STATE_WORDS, SYMBOLS } from './words.ts'

interface Column {
  title: string
  text(target: TargetView, now: number, several: boolean): string
  /** Says less, where the whole table does not fit otherwise. */
  brief?: (target: TargetView) => string
  /** Never narrower than this when room runs out. */
  least: number
  cut?: (text: string, width: number) => string
}

const NODE_COLUMN = 'MAPPED TO'

const COLUMNS: Column[] = [
  { title: 'PORT', text: (target, _, several) => portText(target.id, target.cluster, several), least: 5, cut: fitEnd },
  { title: 'SERVICE', text: ({ service }) => (service ?? '-').replace(/^default\//, ''), least: 7 },
  { title: 'STATE', text: (target) => STATE_WORDS[target.state], least: 8 },
  {
    title: 'ANSWERED',
    text: ({ answered, attempts }) =>
      attempts === 0 ? '-' : `${percent(answered / attempts)} of ${countText(attempts)}`,
    brief: ({ answered, attempts }) => (attempts === 0 ? '-' : percent(answered / attempts)),
    least: 8,
  },
  { title: NODE_COLUMN, text: (target) => nodeText(target.node, target.cluster), least: 9 },
  { title: 'PODS ON', text: podsText, least: 8 },
  { title: 'CAUSE', text: causeText, least: 12 },
  { title: 'SINCE', text: (target, now) => ageText(now - target.since), least: 5 },
]

/** What `--output wide` shows besides. */
const WIDE_COLUMNS: Column[] = [
  {
    title: 'LISTENS ON',
    text: ({ listenAddresses, hostPort, protocol }) =>
      `${listenAddresses.join(',')}:${hostPort}${protocol === 'udp' ? '/udp' : ''}`,
    least: 10,
  },
  { title: 'NODE PORT', text: ({ route, containerPort }) => `${containerPort} (${route})`, least: 9 },
  { title: 'WORKLOAD', text: ({ workload }) => workload ?? '-', least: 8 },
  { title: 'PROTOCOL', text: ({ spoken }) => spoken.protocol, least: 8 },
  {
    title: 'LAST ANSWER',
    text: ({ lastOkAt }, now) => (lastOkAt === null ? 'never' : `${ageText(now - lastOkAt)} ago`),
    least: 11,
  },
  {
    title: 'RISK',
    text: ({ darkProbability }) => (darkProbability === null ? 'not known' : percent(darkProbability)),
    least: 4,
  },
]

/** Short enough for a column: `359`, `12k`. */
function countText(count: number): string {
  return count < 10_000 ? String(count) : `${Math.floor(count / 1000)}k`
}

/** The mapped ports, a line each, never wider than `width`; at most `rows` of them, the bad ones first when there are more. */
export function targetTable(
  targets: readonly TargetView[],
  options: { now: number; width: number; rows: number; style: Style; wide?: boolean },
): string[] {
  const { now, width, rows, style, wide = false } = options
  const columns = wide ? [...COLUMNS, ...WIDE_COLUMNS] : COLUMNS
  const several = new Set(targets.map((target) => target.cluster)).size > 1
  const shown = targets.length <= rows ? targets : [...targets].sort(byUrgency).slice(0, Math.max(1, rows - 1))
  const full = shown.map((target) => columns.map(({ text }) => text(target, now, several)))
  const brief = () => shown.map((target) => columns.map(({ text, brief = text }) => brief(target, now, several)))
  const cells = totalOf(naturalWidths(columns, full)) <= width - 2 ? full : brief()
  const widths = columnWidths(columns, cells, width - 2)
  const line = (texts: string[]) =>
    texts
      .map((text, index) => (columns[index]?.cut ?? fit)(text, widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  const left = targets.length - shown.length
  const foldsAll = shown.length + targets.filter(({ routes }) => routes.length > 0).length <= rows
  const isMapped = targets.every(({ entry }) => entry === 'hostPort')
  return [
    style.dim(`  ${line(columns.map(({ title }) => (title === NODE_COLUMN && !isMapped ? 'NODE' : title)))}`),
    ...shown.flatMap((target, index) => [
      colour(target, style)(`${SYMBOLS[target.state]} ${line(cells[index] ?? [])}`),
      ...foldedRoutes(target, width, style, foldsAll),
    ]),
    ...(left > 0 ? [style.dim(`  and ${left} more; a taller terminal shows ${left === 1 ? 'it' : 'them'}`)] : []),
  ]
}

/** The routes behind a port in one line, where the screen has room for it or one of them is not well. */
function foldedRoutes({ routes, state }: TargetView, width: number, style: Style, foldsAll: boolean): string[] {
  const broken = routes.filter((one) => one.state === 'broken' || (one.state === 'down' && one.incident !== null))
  if (routes.length === 0 || (broken.length === 0 && !foldsAll)) return []
  const count = `${routes.length} route${routes.length === 1 ? '' : 's'}`
  if (broken.length > 0) {
    const named = broken.map(({ name, cause }) => `${name}${cause === null ? '' : ` (${cause})`}`).join(', ')
    return [style.bad(fit(`    ${count}, ${broken.length} broken: ${named}`, width).trimEnd())]
  }
  const others = routes.filter((one) => one.state !== 'up' && state !== 'down').length
  const odd = routes.filter((one) => one.degraded !== null).length
  const rest = [others > 0 ? `${others} unknown` : '', odd > 0 ? `${odd} degraded` : ''].filter((one) => one !== '')
  return [style.dim(fit(`    ${[count, ...rest].join(', ')}`, width).trimEnd())]
}

function causeText(target: TargetView): string {
  if (target.cause !== null) return target.cause
  if (target.state === 'down' || target.state === 'unknown') return target.note === null ? '' : 'see below'
  if (target.degraded !== null) return 'degraded'
  return isLucky(target) ? `at risk ${percent(target.darkProbability ?? 0)}` : ''
}

const URGENCY: Record<PortState, number> = { down: 0, flapping: 1, unknown: 2, up: 3, by_design: 4 }

function byUrgency(a: TargetView, b: TargetView): number {
  return URGENCY[a.state] - URGENCY[b.state] || a.hostPort - b.hostPort
}

function colour(target: TargetView, style: Style): (text: string) => string {
  if (target.state === 'down') return style.bad
  if (target.state === 'by_design') return style.dim
  return target.state === 'up' ? (text) => text : style.doubt
}

function naturalWidths(columns: readonly Column[], cells: readonly string[][]): number[] {
  return columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)))
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + 2 * (widths.length - 1)
}

/** The natural widths, and where they are too much, the widest column gives first. */
function columnWidths(columns: readonly Column[], cells: readonly string[][], room: number): number[] {
  const widths = naturalWidths(columns, cells)
  while (totalOf(widths) > room) {
    let widest = -1
    for (const [index, width] of widths.entries()) {
      if (width > (columns[index]?.least ?? 0) && width > (widths[widest] ?? 0)) widest = index
    }
    if (widest === -1) break
    widths[widest] = (widths[widest] ?? 1) - 1
  }
  return widths
}
