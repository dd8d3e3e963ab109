import { createProbeScheduler } from '@portolan/probes'
import { systemClock } from '@portolan/runtime'
import { waitedForCoreMs } from './core-wait.ts'
import { httpPlan } from './http-plan.ts'
import { startTarget } from './target-process.ts'

/** Many ports probed at once: how many probes a second one process keeps up with, and how late they start. */
const RATE_GOAL = 3000
const LATENESS_GOAL_MS = 20
const INTERVAL_MS = 2000
const WARM_UP_MS = 3000
const MEASURED_MS = 10_000
/** A little above the goal, so that the goal is what is measured and not the end of what is possible. */
const PLANS = (RATE_GOAL * 1.05 * INTERVAL_MS) / 1000

const target = await startTarget(50)
const lateness: number[] = []
let count = 0
let failed = 0
let skipped = 0
const prober = createProbeScheduler({
  clock: systemClock,
  onOutcome(outcome) {
    count += 1
    if (outcome.symptom !== 'ok') failed += 1
  },
  onProtocol() {},
  onLateness: (ms) => lateness.push(ms),
  onSkip() {
    skipped += 1
  },
})
prober.assign(Array.from({ length: PLANS }, (_, index) => httpPlan(index, target.http, INTERVAL_MS)))
await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS))
count = failed = skipped = lateness.length = 0
const cpuBefore = process.cpuUsage()
const waitedBefore = waitedForCoreMs()
const begun = performance.now()
await new Promise((resolve) => setTimeout(resolve, MEASURED_MS))
const seconds = (performance.now() - begun) / 1000
const cpu = process.cpuUsage(cpuBefore)
const waited = (waitedForCoreMs() - waitedBefore) / 1000 / seconds
await prober.stop()
target.stop()

lateness.sort((a, b) => a - b)
const quantile = (q: number) => lateness[Math.min(lateness.length - 1, Math.floor(q * lateness.length))] ?? Number.NaN
const rate = count / seconds
const core = (cpu.user + cpu.system) / 1e6 / seconds
const said = (reached: boolean) => (reached ? 'reached' : 'missed')
console.log(
  `${rate.toFixed(0)} probes a second with ${(core * 100).toFixed(0)} % of one core ` +
    `(${failed} failed, ${skipped} skipped): goal ${RATE_GOAL} ${said(rate >= RATE_GOAL)}`,
)
console.log(
  `lateness p50 ${quantile(0.5).toFixed(1)} ms, p99 ${quantile(0.99).toFixed(1)} ms, worst ` +
    `${quantile(1).toFixed(1)} ms: goal p99 ${LATENESS_GOAL_MS} ms ${said(quantile(0.99) < LATENESS_GOAL_MS)}`,
)
console.log(
  `${(waited * 100).toFixed(0)} % of the time this process waited for a core that others used: lateness includes it`,
)
