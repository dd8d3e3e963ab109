import { emptyPanels } from './panels.ts'
import type { Prometheus } from './prometheus.ts'
import type { Expected } from './scenarios.ts'

/** Says that the machine which runs this is too busy: that may be so. */
const OF_THIS_MACHINE = 'PortolanUnwell'

/** Everything that is not as expected, one sentence each. @param run.from seconds since the epoch */
export async function judge(
  prometheus: Prometheus,
  expected: Expected,
  run: { port: string; from: number },
): Promise<string[]> {
  const to = Date.now() / 1000
  return [
    ...(await judgeAlerts(prometheus, expected, run.from, to)),
    ...(await judgePanels(prometheus, expected, { ...run, to })),
  ]
}

async function judgeAlerts(prometheus: Prometheus, expected: Expected, from: number, to: number): Promise<string[]> {
  const { scenario, fires, mayFire } = expected
  const firing = await prometheus.range('sum by (alertname, cluster) (ALERTS{alertstate="firing"})', from, to, 1)
  // An alert without a cluster is of all of them.
  const fired = new Set(
    firing.flatMap(({ metric }) => ((metric['cluster'] ?? scenario) === scenario ? (metric['alertname'] ?? []) : [])),
  )
  return [
    ...fires.filter((alert) => !fired.has(alert)).map((alert) => `${scenario}: ${alert} did not fire`),
    ...[...fired.difference(new Set([...fires, ...mayFire, OF_THIS_MACHINE]))].map(
      (alert) => `${scenario}: ${alert} fired`,
    ),
  ]
}

async function judgePanels(
  prometheus: Prometheus,
  { scenario, empty }: Expected,
  { port, from, to }: { port: string; from: number; to: number },
): Promise<string[]> {
  const without = await emptyPanels(prometheus, { cluster: scenario, port, from, to })
  return without.filter((panel) => !empty.includes(panel)).map((panel) => `${scenario}: the panel ${panel} has no data`)
}
