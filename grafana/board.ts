import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** An empty dashboard, with links to the others. @param name in its address, as `portolan-NAME` */
export function board(name: string, title: string, about: string): DashboardBuilder {
  return new DashboardBuilder(`Portolan / ${title}`)
    .uid(`portolan-${name}`)
    .description(about)
    .tags(['portolan'])
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('10s')
    .time({ from: 'now-1h', to: 'now' })
    .link(
      new DashboardLinkBuilder('Portolan')
        .type(DashboardLinkType.Dashboards)
        .tags(['portolan'])
        .includeVars(true)
        .keepTime(true),
    )
}
