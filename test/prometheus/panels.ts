import { dashboards } from '../../grafana/dashboards.ts'

export interface PanelQuery {
  /** `dashboard: title` */
  panel: string
  expr: string
}

interface Written {
  panels: { title: string; targets: { expr: string }[] }[]
  annotations: { list?: { name: string; expr?: string }[] }
}

/** Every query of every dashboard. */
export function panelQueries(): PanelQuery[] {
  return [...dashboards()].flatMap(([name, dashboard]) => {
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
export function fill(expr: string, chosen: { cluster: string; port: string; rangeSeconds: number }): string {
  return expr
    .replaceAll('$__rate_interval', '20s')
    .replaceAll('$__range', `${chosen.rangeSeconds}s`)
    .replaceAll('$cluster', chosen.cluster)
    .replaceAll('$port', chosen.port)
}
