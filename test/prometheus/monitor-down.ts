import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startDemo } from './demo.ts'
import { startPrometheus } from './prometheus.ts'

/** The alert has to last a minute, then comes the next evaluation; and half a minute for a busy machine. */
const PATIENCE_MS = 95_000

/**
 * Portolan itself ends while all ports are well: a Prometheus that scrapes nothing else says that there is no data, and
 * nothing of the ports.
 *
 * @returns everything that is not as expected, one sentence each
 */
export async function judgeMonitorDown(options: { rules: string; address: string; port: number }): Promise<string[]> {
  const { rules, address, port } = options
  const folder = mkdtempSync(join(tmpdir(), 'portolan-prometheus-'))
  const demo = await startDemo('all-fine', 1, address)
  const prometheus = await startPrometheus({ folder, rules, port, jobs: new Map([['down', { targets: [address] }]]) })
  const from = Date.now() / 1000
  const seen = async (expr: string) => {
    const series = await prometheus.range(expr, from, Date.now() / 1000, 1)
    return series.map(({ metric }) => metric['alertname'] ?? '')
  }
  const until = async (expr: string, patienceMs: number) => {
    const end = performance.now() + patienceMs
    while ((await seen(expr)).length === 0) {
      if (performance.now() > end) return false
      await pause(1000)
    }
    return true
  }
  try {
    const wasThere = await until('portolan_target_up == 1', PATIENCE_MS)
    await demo.stop()
    const isMissed = await until('ALERTS{alertname="PortolanNoData", alertstate="firing"}', PATIENCE_MS)
    const others = (await seen('ALERTS{alertname!="PortolanNoData", alertstate="firing"}')).map(
      (alert) => `monitor down: ${alert} fired`,
    )
    return [
      ...(wasThere ? [] : ['monitor down: nothing was scraped before']),
      ...(isMissed ? [] : ['monitor down: PortolanNoData did not fire']),
      ...others,
    ]
  } finally {
    await Promise.all([demo.stop(), prometheus.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
}
