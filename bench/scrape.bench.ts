import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { createCollector } from '@portolan/collector'
import type { Log, Observation, ProbePlan } from '@portolan/core'
import { createMetrics, systemClock } from '@portolan/runtime'
import { agent, found, PORTS } from './big-cluster.ts'
import { answered } from './simulated-agents.ts'

/** What a scrape of a big cluster is, and for how long it holds the event loop, in all and at a time. */
const SCRAPES = 12
const GOAL_MS = 50
const silent: Log = { debug() {}, info() {}, warn() {}, error: (fields, text) => console.error(text, fields) }

/** @param maxSeries what `--max-series` says */
async function measure(nodes: number, maxSeries: number): Promise<void> {
  const plans = new Map<string, ProbePlan[]>()
  let sequence = 0
  await using stack = new AsyncDisposableStack()
  const collector = createCollector({
    store: ':memory:',
    listen: { host: '127.0.0.1', port: 0 },
    clock: systemClock,
    log: silent,
    metrics: createMetrics(maxSeries),
    onAssign: (_cluster, to, assignment) => void plans.set(to, assignment.plans),
    onBurst() {},
    onChange() {},
  })
  const tell = (source: string, observed: Observation) => {
    sequence += 1
    const at = systemClock.now()
    collector.take({ cluster: 'dev', source, boot: 'bench', sequence, at, receivedAt: at, observed })
  }
  await collector.start()
  stack.defer(() => collector.stop())
  for (const observed of found(nodes)) tell('kube', observed)
  const sayAlive = () => {
    for (let index = 0; index < nodes; index += 1) tell(`agent/node-${index}`, agent(index))
  }
  for (; plans.size <= nodes; await setTimeout(1000)) sayAlive()
  for (const [to, planned] of plans) {
    const source = to === 'host' ? 'host' : to.replace('node/', 'agent/')
    for (const plan of planned) tell(source, answered(plan, 0))
  }

  const url = `http://127.0.0.1:${collector.address?.port}/metrics`
  const took: { held: number; longest: number; ms: number }[] = []
  let text = ''
  for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
    sayAlive()
    await setTimeout(100)
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const before = performance.eventLoopUtilization()
    const began = performance.now()
    text = await (await fetch(url)).text()
    const ms = performance.now() - began
    const { active } = performance.eventLoopUtilization(before)
    delay.disable()
    took.push({ ms, held: active, longest: delay.max / 1e6 })
  }
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
  const best = (part: keyof (typeof took)[number]) => Math.min(...took.map((one) => one[part]))
  const most = Math.max(...took.slice(2).map(({ longest }) => longest))
  const per10k = (best('held') * 10_000) / series
  console.log(
    `${nodes} nodes, ${PORTS} ports, at most ${maxSeries} series: ${series} series, ${(text.length / 2 ** 20).toFixed(1)} MiB, ${best('ms').toFixed()} ms`,
  )
  console.log(
    `  the event loop works for ${best('held').toFixed()} ms, the client's part among it: ${per10k.toFixed()} ms for 10,000 series (goal ${GOAL_MS}: ${per10k <= GOAL_MS ? 'reached' : 'missed'})`,
  )
  console.log(`  at a time it is held for ${best('longest').toFixed()} to ${most.toFixed()} ms`)
}

await measure(10, Infinity)
await measure(100, Infinity)
await measure(100, 20_000)
await measure(1000, 20_000)
