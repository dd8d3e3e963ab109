import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { board } from './board.ts'
import { lines, stacked, table } from './panels.ts'
import { range, rows } from './query.ts'
import { cluster, dataSource } from './variables.ts'

const OF = 'cluster=~"$cluster"'

/** How the monitor is: whether what it says can be trusted. */
export function itself(): DashboardBuilder {
  return board('itself', 'Portolan itself', 'Whether the monitor is well, and how fast it is')
    .withVariable(dataSource())
    .withVariable(cluster())
    .withPanel(
      lines({
        title: 'Probes',
        about: 'Probes per second, by cluster.',
        width: 8,
        height: 8,
        unit: 'ops',
        queries: [
          range(`sum by (cluster) (rate(portolan_probe_attempts_total{${OF}}[$__rate_interval]))`, '{{cluster}}'),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Probe errors',
        about: 'The share of probes that could not be made at all. It never counts against a port.',
        width: 8,
        height: 8,
        unit: 'percentunit',
        queries: [
          range(
            `sum by (cluster) (rate(portolan_probe_attempts_total{${OF},symptom="local_error"}[$__rate_interval])) / sum by (cluster) (rate(portolan_probe_attempts_total{${OF}}[$__rate_interval]))`,
            '{{cluster}}',
          ),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Detection',
        about: 'Time from a change in the cluster to the opened incident: the median and the 95th percentile.',
        width: 8,
        height: 8,
        unit: 's',
        queries: [0.5, 0.95].map((q) =>
          range(
            `histogram_quantile(${q}, sum by (le) (rate(portolan_detection_delay_seconds_bucket[$__range])))`,
            `${q * 100} %`,
          ),
        ),
      }),
    )
    .withPanel(
      lines({
        title: 'Lateness',
        about: 'How late probes started: the 99th percentile. Above half a second the machine is too busy.',
        width: 8,
        height: 8,
        unit: 's',
        queries: [
          range(
            'histogram_quantile(0.99, sum by (component, le) (rate(portolan_scheduler_lateness_seconds_bucket[$__rate_interval])))',
            '{{component}}',
          ),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Event loop',
        about: 'The longest recent delay of the event loop of each process.',
        width: 8,
        height: 8,
        unit: 's',
        queries: [range('portolan_eventloop_lag_seconds', '{{component}} {{instance}}')],
      }),
    )
    .withPanel(
      stacked({
        title: 'Skipped probes',
        about:
          'Probes that were due and did not start, by reason. Portolan holds back some probes of a dark port on purpose.',
        width: 8,
        height: 8,
        unit: 'ops',
        queries: [
          range('sum by (component, reason) (rate(portolan_probes_skipped_total[$__rate_interval]))', '{{reason}}'),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Watches',
        about: "How long ago each watch on a cluster's API last reported anything; stale above three minutes.",
        width: 12,
        height: 8,
        unit: 's',
        queries: [
          range(
            `time() - max by (cluster, resource) (portolan_watch_last_event_timestamp_seconds{${OF}})`,
            '{{cluster}} {{resource}}',
          ),
        ],
      }),
    )
    .withPanel(
      stacked({
        title: 'Watches in trouble',
        about:
          'Watches that were restarted, by reason, and changes that a watch missed and the periodic comparison found.',
        width: 12,
        height: 8,
        queries: [
          range(
            `sum by (cluster, reason) (increase(portolan_watch_restarts_total{${OF}}[$__rate_interval]))`,
            '{{cluster}} {{reason}}',
          ),
          range(
            `sum by (cluster) (increase(portolan_watch_missed_total{${OF}}[$__rate_interval]))`,
            '{{cluster}} missed changes',
          ),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Accepted facts',
        about: 'Facts per second that a collector in its cluster accepts from agents and from the prober of the host.',
        width: 8,
        height: 8,
        unit: 'ops',
        queries: [range('sum by (source) (rate(portolan_ingest_outcomes_total[$__rate_interval]))', '{{source}}')],
      }),
    )
    .withPanel(
      stacked({
        title: 'Rejected facts',
        about:
          'What agents and probers sent and the collector rejected, by reason; repeated means that the collector already has it.',
        width: 8,
        height: 8,
        queries: [
          range('sum by (reason) (increase(portolan_ingest_rejected_total[$__rate_interval])) > 0', '{{reason}}'),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Last report',
        about: 'How long ago the prober of the host, or any agent, last reported.',
        width: 8,
        height: 8,
        unit: 's',
        queries: [
          range(
            `time() - (max by (cluster, source_kind) (portolan_source_last_heard_timestamp_seconds{${OF}}) > 0)`,
            '{{cluster}} {{source_kind}}',
          ),
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Spools',
        about: 'The most batches that wait in one agent or prober for the collector.',
        width: 12,
        height: 8,
        queries: [range('max by (component) (portolan_spool_batches)', '{{component}}')],
      }),
    )
    .withPanel(
      stacked({
        title: 'Lost facts',
        about:
          'Facts that were dropped because the spool was full while the collector was down, or because the collector refused them.',
        width: 12,
        height: 8,
        queries: [
          range('sum by (component) (increase(portolan_spool_dropped_total[$__rate_interval]))', '{{component}}'),
        ],
      }),
    )
    .withPanel(
      stacked({
        title: 'Incidents opened',
        about: 'Incidents by the cause that they were opened with, over all clusters.',
        width: 12,
        height: 8,
        queries: [range('sum by (cause) (increase(portolan_incidents_total[$__rate_interval])) > 0', '{{cause}}')],
      }),
    )
    .withPanel(
      lines({
        title: 'Series',
        about: 'How many series each collector exports.',
        width: 6,
        height: 8,
        queries: [range('scrape_samples_scraped and on (instance, job) portolan_build_info', '{{instance}}')],
      }),
    )
    .withPanel(
      table({
        title: 'Versions',
        about: 'The version of each collector, and of the Node.js that it runs on.',
        width: 6,
        height: 8,
        columns: ['instance', 'version', 'node_version'],
        queries: [rows('portolan_build_info')],
      }),
    )
}
