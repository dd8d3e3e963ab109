import { fill, panelQueries } from './panels.ts'
import type { Prometheus, Series } from './prometheus.ts'
import type { Expected } from './scenarios.ts'

const STEP_SECONDS = 5
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
  const chosen = { cluster: scenario, port, rangeSeconds: Math.round(to - from) }
  const faults: string[] = []
  for (const { panel, expr } of panelQueries()) {
    const series = await prometheus.range(fill(expr, chosen), from, to, STEP_SECONDS)
    if (!series.some(hasValue) && !empty.includes(panel)) faults.push(`${scenario}: the panel ${panel} has no data`)
  }
  return faults
}

function hasValue({ values }: Series): boolean {
  return values.some(([, value]) => value !== 'NaN')
}
