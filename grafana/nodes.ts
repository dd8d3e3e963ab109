import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { board } from './board.ts'
import { bars, lines, matrix, stacked, stat } from './panels.ts'
import { instant, range, rows } from './query.ts'
import { cluster, dataSource } from './variables.ts'

const OF = 'cluster=~"$cluster"'
const PAIR = '{{source_node}} → {{target_node}}'
const BY_PAIR = 'sum by (source_node, target_node)'

/** How the nodes see each other, where agents are installed. */
export function nodes(): DashboardBuilder {
  return board('nodes', 'Nodes', 'How the nodes of a cluster see each other, and whether their agents are heard')
    .withVariable(dataSource())
    .withVariable(cluster())
    .withPanel(
      stat({
        title: 'Broken pairs',
        about: 'Pairs of nodes between which no datagram comes back now.',
        width: 6,
        height: 4,
        limits: [[1, 'red']],
        queries: [instant(`count(portolan_mesh_up{${OF}} == 0) or 0 * count(portolan_mesh_up{${OF}})`)],
      }),
    )
    .withPanel(
      stat({
        title: 'Missing agents',
        about: 'Nodes of the cluster whose agents do not report now.',
        width: 6,
        height: 4,
        limits: [[1, 'red']],
        queries: [instant(`sum(portolan_agents_expected{${OF}}) - sum(portolan_agents_reporting{${OF}})`)],
      }),
    )
    .withPanel(
      lines({
        title: 'Agents',
        about: 'Nodes of each cluster, and those whose agents report.',
        width: 12,
        height: 4,
        queries: [
          range(`sum by (cluster) (portolan_agents_expected{${OF}})`, '{{cluster}} expected'),
          range(`sum by (cluster) (portolan_agents_reporting{${OF}})`, '{{cluster}} heard'),
        ],
      }),
    )
    .withPanel(
      matrix({
        title: 'Mesh',
        about: 'The share of the time in which datagrams came back: rows are sources, columns targets.',
        width: 14,
        height: 12,
        unit: 'percentunit',
        row: 'source_node',
        column: 'target_node',
        limits: [
          [0, 'red'],
          [0.9, 'orange'],
          [0.999, 'green'],
        ],
        queries: [rows(`avg by (source_node, target_node) (avg_over_time(portolan_mesh_up{${OF}}[$__range]))`)],
      }),
    )
    .withPanel(
      bars({
        title: 'Worst pairs',
        about: 'The ten pairs that lost most datagrams in the selected time.',
        width: 10,
        height: 12,
        limits: [
          [1, 'orange'],
          [100, 'red'],
        ],
        queries: [
          instant(`topk(10, ${BY_PAIR} (increase(portolan_mesh_datagrams_lost_total{${OF}}[$__range])) > 0)`, PAIR),
        ],
      }),
    )
    .withPanel(
      stacked({
        title: 'Datagrams lost',
        about: 'Datagrams per second that did not come back in time, by the node that they were sent to.',
        width: 12,
        height: 8,
        unit: 'ops',
        queries: [
          range(
            `sum by (target_node) (rate(portolan_mesh_datagrams_lost_total{${OF}}[$__rate_interval])) > 0`,
            'to {{target_node}}',
          ),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Round trips',
        about: 'Round-trip time of the first datagram over all pairs: the median and the 99th percentile.',
        width: 12,
        height: 8,
        unit: 's',
        queries: [0.5, 0.99].map((q) =>
          range(
            `histogram_quantile(${q}, sum by (cluster, le) (rate(portolan_mesh_duration_seconds_bucket{${OF}}[$__rate_interval])))`,
            `${q * 100} % in {{cluster}}`,
          ),
        ),
      }),
    )
}
