import { createProbeScheduler } from '@portolan/probes'
import { systemClock } from '@portolan/runtime'
import { httpPlan } from './http-plan.ts'
import { startTarget } from './target-process.ts'

/** Probes a loopback target all the time, and tells how late the probes began since it was asked last. */
const PLANS = 200
const INTERVAL_MS = 1000

const target = await startTarget(10)
let lateness: number[] = []
const prober = createProbeScheduler({
  clock: systemClock,
  onOutcome() {},
  onProtocol() {},
  onLateness: (ms) => lateness.push(ms),
})
prober.assign(Array.from({ length: PLANS }, (_, index) => httpPlan(index, target.http, INTERVAL_MS)))
process.on('message', () => {
  process.send?.(lateness)
  lateness = []
})
process.on('disconnect', () => {
  target.stop()
  prober.stop().catch((error: unknown) => console.error(error))
})
process.send?.({ plans: PLANS })
