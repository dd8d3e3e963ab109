import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { board } from './board.ts'
import { bands, bars, lines, portLinks, stacked, stat, table, UP_OR_DARK } from './panels.ts'
import { instant, range, rows } from './query.ts'
import { cluster, dataSource, namespace, page, port } from './variables.ts'

const OF = 'cluster=~"$cluster",target=~"$port"'
const PORT = '{{cluster}} {{target}}'
const UP = `min by (cluster, target) (portolan_target_up{${OF}})`
const RED: [number, string][] = [[1, 'red']]
const ORANGE: [number, string][] = [[1, 'orange']]

const count = (series: string) => `count(${series}) or vector(0)`

/** All ports of all clusters at a glance. */
export function overview(): DashboardBuilder {
  return board('overview', 'Overview', 'Which host ports can be reached, when that changed, and why')
    .withVariable(dataSource())
    .withVariable(cluster())
    .withVariable(namespace())
    .withVariable(port().multi(true).includeAll(true))
    .withVariable(page())
    .withPanel(
      stat({
        title: 'Up',
        about: 'Ports that answer at every vantage that decides their state.',
        width: 4,
        height: 4,
        queries: [instant(count(`${UP} == 1`))],
      }),
    )
    .withPanel(
      stat({
        title: 'Dark',
        about: 'Ports with an open incident.',
        width: 4,
        height: 4,
        limits: RED,
        queries: [instant(count(`max by (cluster, target) (portolan_target_incident{${OF}})`))],
      }),
    )
    .withPanel(
      stat({
        title: 'Flapping',
        about: 'Ports that came and went within the last two minutes.',
        width: 4,
        height: 4,
        limits: ORANGE,
        queries: [instant(count(`max_over_time(portolan_target_flapping{${OF}}[2m]) == 1`))],
      }),
    )
    .withPanel(
      stat({
        title: 'At risk',
        about: 'Ports that answer now and may be dark after the next reschedule of their pods.',
        width: 4,
        height: 4,
        limits: ORANGE,
        queries: [instant(count(`portolan_target_dark_probability{${OF}} > 0 and on (cluster, target) ${UP} == 1`))],
      }),
    )
    .withPanel(
      stat({
        title: 'Unknown',
        about: 'Ports whose state is unknown: they are not probed, or the probing machine has trouble of its own.',
        width: 4,
        height: 4,
        limits: ORANGE,
        queries: [
          instant(count(`portolan_port_mapping_info{${OF}} unless on (cluster, target) portolan_target_up{${OF}}`)),
        ],
      }),
    )
    .withPanel(
      stat({
        title: 'Suppressed',
        about: 'Ports that do not alert at the moment: a drain or rollout is running, or a note silences them.',
        width: 4,
        height: 4,
        queries: [instant(count(`(portolan_target_planned{${OF}} == 1) or (portolan_target_silenced{${OF}} == 1)`))],
      }),
    )
    .withPanel(
      bands(
        {
          title: 'Ports',
          about: 'The state of each port over time; no colour means unknown.',
          width: 24,
          height: 9,
          queries: [range(UP, PORT)],
        },
        UP_OR_DARK,
      ),
    )
    .withPanel(
      table({
        title: 'Dark now',
        about: 'Open incidents: the port, the node that it is mapped to, the cause, and how sure that is.',
        width: 14,
        height: 8,
        columns: ['cluster', 'target', 'node', 'cause', 'confidence'],
        queries: [rows(`portolan_target_incident{${OF}}`)],
      }).dataLinks(portLinks('__data.fields')),
    )
    .withPanel(
      stacked({
        title: 'Dark, by cause',
        about: 'Open incidents by their cause.',
        width: 10,
        height: 8,
        queries: [range(`sum by (cause) (portolan_target_incident{${OF}})`, '{{cause}}')],
      }),
    )
    .withPanel(
      bars({
        title: 'Dark time',
        about: 'How long each port was dark in the selected time, by cause.',
        width: 8,
        height: 8,
        unit: 's',
        limits: [
          [1, 'orange'],
          [60, 'red'],
        ],
        queries: [
          instant(
            `sum by (cluster, target, cause) (increase(portolan_target_unreachable_seconds_total{${OF}}[$__range])) > 0`,
            `${PORT} {{cause}}`,
          ),
        ],
      }).dataLinks(portLinks('__field.labels')),
    )
    .withPanel(
      bars({
        title: 'Time up',
        about: 'The share of the known time in which each port answered.',
        width: 8,
        height: 8,
        unit: 'percentunit',
        limits: [],
        queries: [instant(`avg_over_time(cluster_target:portolan_target_up:min{${OF}}[$__range])`, PORT)],
      }).max(1),
    )
    .withPanel(
      lines({
        title: 'State changes',
        about: 'How often each port went dark or came back within ten minutes; six times is flapping.',
        width: 8,
        height: 8,
        queries: [range(`cluster_target:portolan_target_transitions:increase10m{${OF}}`, PORT)],
      }).dataLinks(portLinks('__field.labels')),
    )
}
