import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Incident } from '@portolan/core'
import { createPracticeCluster } from '@portolan/practice'
import { createLogger, systemClock } from '@portolan/runtime'
import { createLive } from 'portolan'

/**
 * The dark time that Portolan measures against the dark time that a practice cluster made, at the base interval of one
 * second: the pod moves off the mapped node and back, each outage is one sample.
 */
const MOVES = 50
const GOAL_MS = 60
const NODES = ['lab-worker', 'lab-worker2'] as const

const clock = systemClock
const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const cluster = createPracticeCluster({
  name: 'lab',
  nodes: [
    { role: 'control-plane' },
    { role: 'worker', ports: [{ hostPort: 0, containerPort: 30080 }] },
    { role: 'worker' },
  ],
  folder,
  clock,
  random: Math.random,
})
const closed: Incident[] = []
const live = createLive({
  env: { DOCKER_HOST: `unix://${cluster.engineSocket}` },
  kubeconfig: cluster.kubeconfig,
  clock,
  log: createLogger({ level: 'silent' }),
  state: null,
  listen: null,
  only: ['lab'],
  intervalMs: 1000,
  asksPods: false,
  onChange(change) {
    if (change.type === 'incident.closed') closed.push(change.incident)
  },
  onNotice() {},
})

/** The pod is deleted and finds one node open; done when Portolan has seen what came of it. */
async function moveTo(node: string, dark: boolean): Promise<void> {
  const other = NODES.find((one) => one !== node) ?? ''
  cluster.cordon(other)
  cluster.uncordon(node)
  const [pod] = cluster.pods('web')
  if (pod !== undefined) cluster.deletePod(pod.name)
  await cluster.until(() => cluster.pods('web').length === 1 && cluster.pods('web')[0]?.node === node)
  await cluster.settled()
  const wanted = dark ? 'down' : 'up'
  const state = () => live.collector.targets()[0]?.state.replace('flapping', 'up')
  for (let waited = 0; state() !== wanted && waited < 10_000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20))
}

await cluster.start()
cluster.cordon('lab-worker2')
cluster.deploy({ name: 'web' })
cluster.service({ name: 'web', app: 'web', nodePort: 30080, externalTrafficPolicy: 'Local' })
await cluster.settled()
const from = clock.now()
await live.start()
await new Promise((resolve) => setTimeout(resolve, 2000))
for (let move = 0; move < MOVES; move += 1) await moveTo(NODES[(move + 1) % 2] ?? '', move % 2 === 0)
await live.stop()
await cluster.stop()
rmSync(folder, { recursive: true, force: true })

const made = cluster.darkPeriods().filter((period) => period.from > from && period.until !== null)
const errors: number[] = []
let missed = 0
for (const period of made) {
  const until = period.until ?? 0
  const seen = closed.filter((one) => one.darkSince < until && (one.darkUntil ?? 0) > period.from)
  const measured = seen.reduce((sum, one) => sum + (one.darkUntil ?? 0) - one.darkSince, 0)
  if (seen.length === 0) missed += 1
  else errors.push(Math.abs(measured - (until - period.from)))
}
errors.sort((a, b) => a - b)
const quantile = (q: number) => errors[Math.min(errors.length - 1, Math.floor(q * errors.length))] ?? Number.NaN
const reached = quantile(0.95) < GOAL_MS && missed === 0
console.log(
  `${MOVES} moves, ${made.length} dark periods, ${missed} missed; dark time measured against made: error p50 ${quantile(0.5).toFixed(0)} ms, ` +
    `p95 ${quantile(0.95).toFixed(0)} ms, worst ${quantile(1).toFixed(0)} ms: goal p95 ${GOAL_MS} ms ${reached ? 'reached' : 'missed'}`,
)
