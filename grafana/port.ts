import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common'
import { AnnotationQueryBuilder, type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { board } from './board.ts'
import { bands, lines, stacked, stat, table, UP_OR_DARK } from './panels.ts'
import { DATA_SOURCE, instant, range, rows } from './query.ts'
import { cluster, dataSource, namespace, page, port } from './variables.ts'

const OF = 'cluster=~"$cluster",target="$port"'
/** The series of pods carry no port: those of the port's namespace. */
const MOVES = `sum by (cluster, namespace, workload, kind) (
  increase(portolan_pod_moves_total{cluster=~"$cluster"}[$__rate_interval])
    * on (cluster, namespace) group_left () max by (cluster, namespace) (portolan_port_mapping_info{${OF}})
)`

const quantile = (q: number, by: string, series: string) =>
  `histogram_quantile(${q}, sum by (${by}, le) (rate(${series}[$__rate_interval])))`

/** One port: what each vantage saw, and what moved. */
export function onePort(): DashboardBuilder {
  return board('port', 'Port', 'What each vantage sees of one port, how fast it answers, and what moved behind it')
    .withVariable(dataSource())
    .withVariable(cluster())
    .withVariable(namespace())
    .withVariable(port())
    .withVariable(page())
    .annotation(
      new AnnotationQueryBuilder()
        .name('Moves')
        .datasource(DATA_SOURCE)
        .enable(true)
        .iconColor('blue')
        .expr(`${MOVES} > 0`)
        .titleFormat('{{workload}} {{kind}}'),
    )
    .withPanel(
      stat({
        title: 'Cause',
        about: 'The cause of the open incident; empty while the port answers.',
        width: 8,
        height: 4,
        limits: [[1, 'red']],
        queries: [instant(`max by (cause, confidence) (portolan_target_incident{${OF}})`, '{{cause}}, {{confidence}}')],
      })
        .noValue('not dark')
        .textMode(BigValueTextMode.Name),
    )
    .withPanel(
      stat({
        title: 'Last answer',
        about: 'How long ago the port last answered.',
        width: 4,
        height: 4,
        unit: 's',
        limits: [
          [15, 'orange'],
          [60, 'red'],
        ],
        queries: [instant(`time() - max(portolan_target_last_success_timestamp_seconds{${OF}})`)],
      }),
    )
    .withPanel(
      stat({
        title: 'Dark time',
        about: 'How long the port was dark in the selected time.',
        width: 4,
        height: 4,
        unit: 's',
        queries: [instant(`sum(increase(portolan_target_unreachable_seconds_total{${OF}}[$__range])) or vector(0)`)],
      }),
    )
    .withPanel(
      stat({
        title: 'Dark after a reschedule',
        about: 'Probability that the next reschedule of its pods leaves it dark, if all nodes are equally likely.',
        width: 4,
        height: 4,
        unit: 'percentunit',
        limits: [[0.01, 'orange']],
        queries: [instant(`max(portolan_target_dark_probability{${OF}})`)],
      }),
    )
    .withPanel(
      stat({
        title: 'State changes',
        about: 'How often the port went dark or came back in the selected time.',
        width: 4,
        height: 4,
        queries: [instant(`sum(increase(portolan_target_transitions_total{${OF}}[$__range]))`)],
      }),
    )
    .withPanel(
      bands(
        {
          title: 'Observed vs expected',
          about: 'What each vantage that decides observed, and below it what the placement of the pods predicts.',
          width: 24,
          height: 7,
          queries: [
            range(`max by (vantage) (portolan_target_up{${OF}})`, '{{vantage}}'),
            range(`max(portolan_target_expected_up{${OF}})`, 'expected'),
          ],
        },
        UP_OR_DARK,
      ),
    )
    .withPanel(
      stacked({
        title: 'Symptoms',
        about: 'Probes per second by their symptom, from each vantage.',
        width: 12,
        height: 9,
        unit: 'ops',
        queries: [
          range(
            `sum by (vantage, symptom) (rate(portolan_probe_attempts_total{${OF}}[$__rate_interval])) > 0`,
            '{{symptom}} from {{vantage}}',
          ),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Placements and moves',
        about: "Pods of the port's namespace that were restarted, moved or replaced: each time a new placement begins.",
        width: 12,
        height: 9,
        queries: [range(`${MOVES} > 0`, '{{workload}} {{kind}}')],
      }),
    )
    .withPanel(
      lines({
        title: 'Answer times',
        about: 'How long probes with an answer took: the median and the 99th percentile.',
        width: 12,
        height: 9,
        unit: 's',
        queries: [0.5, 0.99].map((q) =>
          range(
            quantile(q, 'vantage', `portolan_probe_duration_seconds_bucket{${OF},result="success"}`),
            `${q * 100} % from {{vantage}}`,
          ),
        ),
      }),
    )
    .withPanel(
      lines({
        title: 'Phases',
        about: 'The 95th percentile of each phase of the probes, over all ports of the cluster.',
        width: 12,
        height: 9,
        unit: 's',
        queries: [
          range(
            quantile(0.95, 'phase', 'portolan_probe_phase_duration_seconds_bucket{cluster=~"$cluster"}'),
            '{{phase}}',
          ),
        ],
      }),
    )
    .withPanel(
      bands(
        {
          title: 'Routes',
          about:
            'Routes behind an edge proxy: whether the application answers each host and path, or the edge proxy answers instead.',
          width: 16,
          height: 7,
          queries: [range(`min by (route) (portolan_route_up{${OF}})`, '{{route}}')],
        },
        UP_OR_DARK,
      ),
    )
    .withPanel(
      table({
        title: 'Broken routes',
        about: 'The cause of each open incident of a route behind the port.',
        width: 8,
        height: 7,
        columns: ['route', 'cause', 'confidence'],
        queries: [rows(`portolan_route_incident{${OF}}`)],
      }),
    )
    .withPanel(
      table({
        title: 'Where it leads',
        about: 'The node, the NodePort and the Service behind the port, and the policy that decides who may answer.',
        width: 24,
        height: 4,
        columns: ['cluster', 'host_port', 'node', 'node_port', 'namespace', 'service', 'traffic_policy'],
        queries: [rows(`portolan_port_mapping_info{${OF}}`)],
      }),
    )
}
