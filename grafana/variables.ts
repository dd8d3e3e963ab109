import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DATA_SOURCE } from './query.ts'

export function dataSource(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus')
}

export function cluster(): QueryVariableBuilder {
  return labelValues('cluster', 'Cluster', 'portolan_port_mapping_info', 'cluster')
    .multi(true)
    .includeAll(true)
    .allValue('.*')
}

export function namespace(): QueryVariableBuilder {
  const mapping = 'portolan_port_mapping_info{cluster=~"$cluster"}'
  return labelValues('namespace', 'Namespace', mapping, 'namespace').multi(true).includeAll(true).allValue('.*')
}

/** Those of the clusters and namespaces that are chosen. */
export function port(): QueryVariableBuilder {
  return labelValues(
    'port',
    'Port',
    'portolan_port_mapping_info{cluster=~"$cluster",namespace=~"$namespace"}',
    'target',
  )
}

/** Where Portolan's own page is. */
export function page(): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder('page').label('Page').defaultValue('http://127.0.0.1:9464')
}

function labelValues(name: string, label: string, series: string, of: string): QueryVariableBuilder {
  const query = `label_values(${series}, ${of})`
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
}
