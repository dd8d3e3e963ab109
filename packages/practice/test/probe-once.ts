import type { Outcome, ProbePlan, Symptom } from '@portolan/core'
import { createProbeScheduler } from '@portolan/probes'
import { realClock as clock } from '@portolan/testing'

/** One probe each with the real prober, all at once: the symptoms by name. */
export async function probeOnce(
  points: Record<string, { address: string; port: number }>,
  timeoutMs: number,
): Promise<Record<string, Symptom>> {
  const seen: Record<string, Symptom> = {}
  const { promise, resolve } = Promise.withResolvers<void>()
  const prober = createProbeScheduler({
    clock,
    onProtocol() {},
    onOutcome(outcome: Outcome) {
      seen[outcome.target] ??= outcome.symptom
      if (Object.keys(seen).length === Object.keys(points).length) resolve()
    },
  })
  prober.assign(
    Object.entries(points).map(
      ([target, { address, port }]): ProbePlan => ({
        id: target,
        target,
        vantage: 'host/loopback4',
        address,
        port,
        speech: { protocol: 'http', why: 'stated', identity: target },
        intervalMs: 600_000,
        timeoutMs,
      }),
    ),
  )
  prober.burst(Object.keys(points).map((plan) => ({ plan, everyMs: timeoutMs, timeoutMs, forMs: 1 })))
  await promise
  await prober.stop()
  return seen
}
