import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'

export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' }

/** Over the time that is looked at. @param legend with labels as `{{cause}}` */
export function range(expr: string, legend: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).expr(expr).legendFormat(legend).range()
}

/** At its end alone. */
export function instant(expr: string, legend = ''): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).expr(expr).legendFormat(legend).instant()
}

/** At its end, one row a series. */
export function rows(expr: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).expr(expr).format(PromQueryFormat.Table).instant()
}
