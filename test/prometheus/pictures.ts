import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dashboards } from '../../grafana/dashboards.ts'
import { fill, type Seen, STEP_SECONDS } from './panels.ts'
import type { Prometheus, Series } from './prometheus.ts'

interface WrittenPanel {
  title: string
  type: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets: { expr: string; legendFormat?: string }[]
}

const CELL = { width: 56, height: 36 }
const COLOURS = ['#3274d9', '#e0752d', '#56a64b', '#a352cc', '#e02f44', '#0a8a8a', '#b58900', '#7a7a7a']

/**
 * Leaves a plain picture of every dashboard, as a page for a browser, so that somebody can look whether its panels tell
 * the story where no Grafana is at hand. Grafana draws them better: this shows which numbers there are.
 *
 * @param name of what was watched, first in the names of the files
 */
export async function drawDashboards(prometheus: Prometheus, folder: string, name: string, seen: Seen): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [title, dashboard] of dashboards()) {
    const { panels } = JSON.parse(JSON.stringify(dashboard)) as { panels: WrittenPanel[] }
    const drawn: string[] = []
    for (const panel of panels) drawn.push(await drawPanel(prometheus, panel, seen))
    const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h)) * CELL.height
    const style = `body{margin:0;height:${height}px;font:12px sans-serif;background:#f4f5f5}section{position:absolute;box-sizing:border-box;padding:6px;overflow:hidden;background:#fff;border:1px solid #ccc}h2{margin:0 0 4px;font-size:12px}table{border-spacing:6px 0}b{font-size:22px}`
    writeFileSync(join(folder, `${name}-${title}.html`), `<meta charset=utf-8><style>${style}</style>${drawn.join('')}`)
  }
}

async function drawPanel(
  prometheus: Prometheus,
  { title, type, gridPos: { x, y, w, h }, targets }: WrittenPanel,
  seen: Seen,
): Promise<string> {
  const { from, to } = seen
  const lines: { label: string; values: Series['values'] }[] = []
  for (const { expr, legendFormat = '' } of targets) {
    for (const { metric, values } of await prometheus.range(fill(expr, seen), from, to, STEP_SECONDS))
      lines.push({ label: legendOf(legendFormat, metric), values: values.filter(([, value]) => value !== 'NaN') })
  }
  const size = { width: w * CELL.width - 14, height: h * CELL.height - 34 }
  const isOverTime = type === 'timeseries' || type === 'state-timeline'
  const shown = isOverTime ? lines : lines.filter(({ values }) => (values.at(-1)?.[0] ?? 0) > to - STEP_SECONDS)
  const body = shown.length === 0 ? 'no data' : isOverTime ? graph(type, shown, seen, size) : lastOnes(shown)
  const place = `left:${x * CELL.width}px;top:${y * CELL.height}px;width:${w * CELL.width - 4}px;height:${h * CELL.height - 4}px`
  return `<section style="${place}"><h2>${text(title)}</h2>${body}</section>`
}

function legendOf(format: string, metric: Record<string, string>): string {
  if (format !== '') return format.replaceAll(/\{\{(\w+)\}\}/g, (_all, label: string) => metric[label] ?? '')
  return Object.entries(metric)
    .filter(([label]) => !['__name__', 'instance', 'job', 'cluster'].includes(label))
    .map(([, value]) => value)
    .join(' ')
}

function lastOnes(lines: { label: string; values: Series['values'] }[]): string {
  const rows = lines.map(({ label, values }) => {
    const value = Number(values.at(-1)?.[1])
    return `<tr><td><b>${Number(value.toPrecision(4))}</b><td>${text(label)}`
  })
  return `<table>${rows.join('')}</table>`
}

/** Lines, or where a line is a state, a bar that is green while it is 1 and red while it is 0. */
function graph(
  type: string,
  lines: { label: string; values: Series['values'] }[],
  { from, to }: Seen,
  { width, height }: { width: number; height: number },
): string {
  const left = 190
  const xOf = (at: number) => left + ((at - from) / (to - from)) * (width - left)
  const step = xOf(from + STEP_SECONDS) - xOf(from)
  const numbers = lines.flatMap(({ values }) => values.map(([, value]) => Number(value))).filter(Number.isFinite)
  const top = Math.max(...numbers, 0) || 1
  const row = Math.min(20, height / lines.length)
  const drawn = lines.map(({ label, values }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? ''
    const name = `<text x="0" y="${(index + 0.7) * row}" font-size="10" fill="${colour}">${text(label.slice(0, 34))}</text>`
    if (type === 'state-timeline') {
      const bars = values.map(
        ([at, value]) =>
          `<rect x="${xOf(at)}" y="${index * row}" width="${step}" height="${row - 3}" fill="${value === '1' ? '#56a64b' : '#e02f44'}"/>`,
      )
      return name + bars.join('')
    }
    const points = values.map(([at, value]) => `${xOf(at)},${height - (Number(value) / top) * (height - 12)}`)
    const dots = points.map((point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="1.2"/>`)
    return `${name}<g fill="${colour}"><polyline points="${points.join(' ')}" fill="none" stroke="${colour}"/>${dots.join('')}</g>`
  })
  const most = `<text x="${left}" y="9" font-size="9" fill="#888">${type === 'timeseries' ? Number(top.toPrecision(3)) : ''}</text>`
  return `<svg width="${width}" height="${height}">${most}${drawn.join('')}</svg>`
}

function text(raw: string): string {
  return raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
