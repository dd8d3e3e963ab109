import { dashboards } from '../../grafana/dashboards.ts'
import type { Prometheus } from './prometheus.ts'

/** One port over a stretch of time, seconds since the epoch. */
export interface Seen {
  cluster: string
  port: string
  from: number
  to: number
}

export const STEP_SECONDS = 5

interface PanelQuery {
  /** `dashboard: title` */
  panel: string
  expr: string
}

interface Written {
  panels: { title: string; targets: { expr: string }[] }[]
  annotations: { list?: { name: string; expr?: string }[] }
}

/** Panels that have something to show only where there are routes. */
export const OF_ROUTES: readonly string[] = ['port: Routes', 'port: Broken routes']

/** The panels, as `dashboard: title`, one of whose queries told nothing of that. */
export async function emptyPanels(prometheus: Prometheus, seen: Seen): Promise<string[]> {
  const empty: string[] = []
  for (const { panel, expr } of panelQueries()) {
    const series = await prometheus.range(fill(expr, seen), seen.from, seen.to, STEP_SECONDS)
    if (!series.some(({ values }) => values.some(([, value]) => value !== 'NaN'))) empty.push(panel)
  }
  return empty
}

/** No scenario has a hub. */
const OF_A_HUB = 'fleet'

/** Every query of every dashboard but that of a hub. */
function panelQueries(): PanelQuery[] {
  const boards = [...dashboards()].filter(([name]) => name !== OF_A_HUB)
  return boards.flatMap(([name, dashboard]) => {
    const { panels, annotations } = JSON.parse(JSON.stringify(dashboard)) as Written
    const drawn = panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({ panel: `${name}: ${title}`, expr })),
    )
    const noted = (annotations.list ?? []).flatMap(({ name: note, expr }) =>
      expr === undefined ? [] : [{ panel: `${name}: ${note}`, expr }],
    )
    return [...drawn, ...noted]
  })
}

/** As Grafana fills in the variables when somebody looks at one port. */
export function fill(expr: string, { cluster, port, from, to }: Seen): string {
  return expr
    .replaceAll('$__rate_interval', '20s')
    .replaceAll('$__range', `${Math.round(to - from)}s`)
    .replaceAll('$cluster', cluster)
    .replaceAll('$port', port)
}
