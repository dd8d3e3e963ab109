import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePorts } from '../free-ports.ts'
import { type Demo, startDemo } from './demo.ts'
import { judge } from './judge.ts'
import { judgeMonitorDown } from './monitor-down.ts'
import { drawDashboards } from './pictures.ts'
import { startPrometheus } from './prometheus.ts'
import { SCENARIOS } from './scenarios.ts'

/**
 * Lets a real Prometheus scrape some scenarios of the demo at once, in real time, until everything that is expected was
 * seen, or time is up: every query of every dashboard is asked, and it looks which alerts fired. Without Prometheus it
 * says so and is done; PORTOLAN_PROMETHEUS=required makes that a failure. PORTOLAN_PICTURES names a folder for pictures
 * of the dashboards.
 */
const RUN_MS = { least: 60_000, most: 240_000 }
const RULES = join(import.meta.dirname, '../../deploy/rules/portolan.rules.yaml')

if (spawnSync('prometheus', ['--version']).error !== undefined) {
  console.log('Skipped: prometheus is not installed (Debian: apt-get install prometheus).')
  process.exit(process.env['PORTOLAN_PROMETHEUS'] === 'required' ? 1 : 0)
}

const folder = mkdtempSync(join(tmpdir(), 'portolan-prometheus-'))
const addresses = new Map<string, string>()
const [ownPort = 0, downPort = 0, downOwnPort = 0, ...demoPorts] = await freePorts(3 + SCENARIOS.length)
for (const [index, { scenario }] of SCENARIOS.entries()) addresses.set(scenario, `127.0.0.1:${demoPorts[index]}`)
// All demos watch a cluster of the same name.
const jobs = new Map([...addresses].map(([cluster, address]) => [cluster, { targets: [address], cluster }]))
const prometheus = await startPrometheus({ folder, rules: RULES, port: ownPort, jobs })
const demos: Demo[] = []
try {
  // One after another: each takes the next ports that are free.
  for (const { scenario, seed } of SCENARIOS) demos.push(await startDemo(scenario, seed, addresses.get(scenario) ?? ''))
  const from = Date.now() / 1000
  const monitorDown = judgeMonitorDown({
    rules: RULES,
    address: `127.0.0.1:${downPort}`,
    port: downOwnPort,
  }).catch((error: unknown) => [`monitor down: ${String(error)}`])
  await pause(RUN_MS.least)
  let faults = await judgeAll(from)
  while (faults.length > 0 && Date.now() / 1000 - from < RUN_MS.most / 1000) {
    await pause(5000)
    faults = await judgeAll(from)
  }
  faults = [...faults, ...(await monitorDown)]
  const pictures = process.env['PORTOLAN_PICTURES']
  if (pictures !== undefined) await drawAll(pictures, from)
  for (const fault of faults) console.error(`- ${fault}`)
  console.log(`Tests: ${SCENARIOS.length + 1} scenarios, ${faults.length} faults`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  await Promise.all([...demos.map((demo) => demo.stop()), prometheus.stop()])
  rmSync(folder, { recursive: true, force: true })
}

async function judgeAll(from: number): Promise<string[]> {
  const faults: string[] = []
  for (const [index, expected] of SCENARIOS.entries()) {
    const [port = ''] = (await demos[index]?.targets()) ?? []
    faults.push(...(await judge(prometheus, expected, { port, from })))
  }
  return faults
}

async function drawAll(folder: string, from: number): Promise<void> {
  for (const [index, { scenario }] of SCENARIOS.entries()) {
    const [port = ''] = (await demos[index]?.targets()) ?? []
    await drawDashboards(prometheus, folder, scenario, { cluster: scenario, port, from, to: Date.now() / 1000 })
  }
}
