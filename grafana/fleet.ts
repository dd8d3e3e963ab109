import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { board } from './board.ts'
import { bars, lines, stacked, stat } from './panels.ts'
import { instant, range } from './query.ts'
import { dataSource } from './variables.ts'

/** Each replica says the same of a cluster. */
const HEARD = 'max by (cluster) (portolan_hub_cluster_last_heard_timestamp_seconds)'
const AGE = `time() - ${HEARD}`
const QUIET_S = 90

/** The clusters of a hub, and how the hub is. */
export function fleet(): DashboardBuilder {
  return board('fleet', 'Fleet', 'Which clusters report to the hub, and whether the hub keeps up')
    .withVariable(dataSource())
    .withPanel(
      stat({
        title: 'Clusters',
        about: 'Clusters that ever reported to the hub.',
        width: 4,
        height: 6,
        queries: [instant(`count(${HEARD}) or vector(0)`)],
      }),
    )
    .withPanel(
      stat({
        title: 'Quiet',
        about: `Clusters whose collector has not reported for ${QUIET_S} s: the state of their ports has been unknown since then.`,
        width: 4,
        height: 6,
        limits: [[1, 'orange']],
        queries: [instant(`count(${AGE} > ${QUIET_S}) or vector(0)`)],
      }),
    )
    .withPanel(
      stat({
        title: 'Replicas',
        about: 'Replicas of the hub that Prometheus scrapes.',
        width: 4,
        height: 6,
        queries: [instant('count(portolan_hub_build_info) or vector(0)')],
      }),
    )
    .withPanel(
      bars({
        title: 'Last report',
        about: 'How long ago each collector last reported, the longest first.',
        width: 12,
        height: 6,
        unit: 's',
        limits: [
          [QUIET_S, 'orange'],
          [300, 'red'],
        ],
        queries: [instant(`topk(10, ${AGE})`, '{{cluster}}')],
      }),
    )
    .withPanel(
      stacked({
        title: 'Facts',
        about:
          'Facts per second that collectors sent. A repeated fact came again after an answer was lost, and counts once.',
        width: 12,
        height: 8,
        unit: 'ops',
        queries: [range('sum by (result) (rate(portolan_hub_facts_total[$__rate_interval]))', '{{result}}')],
      }),
    )
    .withPanel(
      lines({
        title: 'Commit',
        about: 'How long the database takes to store a batch: the median and the 95th percentile.',
        width: 12,
        height: 8,
        unit: 's',
        queries: [0.5, 0.95].map((q) =>
          range(
            `histogram_quantile(${q}, sum by (le) (rate(portolan_hub_commit_seconds_bucket[$__rate_interval])))`,
            `${q * 100} %`,
          ),
        ),
      }),
    )
    .withPanel(
      stacked({
        title: 'Rejected',
        about: 'Requests of collectors that the hub refused, per second, by reason.',
        width: 8,
        height: 8,
        unit: 'ops',
        queries: [range('sum by (reason) (rate(portolan_hub_rejected_total[$__rate_interval]))', '{{reason}}')],
      }),
    )
    .withPanel(
      stacked({
        title: 'Dropped',
        about: 'How often collectors dropped reports for the hub, because too many were waiting.',
        width: 8,
        height: 8,
        queries: [range('sum by (cluster) (increase(portolan_hub_dropped_total[$__rate_interval]))', '{{cluster}}')],
      }),
    )
    .withPanel(
      stacked({
        title: 'Faults',
        about: 'Faults of the hub itself: rows that cannot be read, listeners that failed.',
        width: 8,
        height: 8,
        queries: [range('sum by (kind) (increase(portolan_hub_faults_total[$__rate_interval]))', '{{kind}}')],
      }),
    )
}
