import type { Outcome, ProbePlan } from '@portolan/core'
import { createProbeScheduler } from '@portolan/probes'
import { systemClock } from '@portolan/runtime'
import { startBlackbox, type Blackbox } from './blackbox.ts'
import { startTarget } from './target-process.ts'

/**
 * The CPU of one probe against that of prometheus-blackbox-exporter: the same ports, the same rate, taking turns within
 * one run. The exporter's includes being asked over HTTP and rendering its metrics, ours the scheduler: what each needs
 * for one result.
 */
const RATE = 400
const TURN_MS = 2500
const TURNS = 4
const GOAL = 0.5
/** Beyond the goal by this much is a failure, not noise. */
const TOLERANCE = 1.2

const target = await startTarget(1)
const blackbox = await startBlackbox()
if (blackbox === null) {
  console.log('skipped: prometheus-blackbox-exporter is not installed (Debian package of that name)')
} else {
  for (const kind of ['http', 'tcp'] as const) {
    const port = kind === 'http' ? target.http[0]! : target.tcp
    await ourTurn(kind, port)
    await theirTurn(blackbox, kind, port)
    let ours = 0
    let theirs = 0
    for (let turn = 0; turn < TURNS; turn += 1) {
      ours += (await ourTurn(kind, port)) / TURNS
      theirs += (await theirTurn(blackbox, kind, port)) / TURNS
    }
    const ratio = ours / theirs
    const verdict = ratio <= GOAL ? 'reached' : 'missed'
    console.log(
      `${kind}: ${ours.toFixed(0)} us a probe, prometheus-blackbox-exporter ${theirs.toFixed(0)} us: ` +
        `ratio ${ratio.toFixed(2)}, goal ${GOAL} ${verdict}`,
    )
    if (ratio > GOAL * TOLERANCE) process.exitCode = 1
  }
  await blackbox.stop()
}
target.stop()

/** CPU a probe, microseconds. */
async function ourTurn(kind: 'http' | 'tcp', port: number): Promise<number> {
  let count = 0
  const prober = createProbeScheduler({
    clock: systemClock,
    onOutcome(outcome: Outcome) {
      if (outcome.symptom !== 'ok') throw new Error(`the probe failed: ${JSON.stringify(outcome)}`)
      count += 1
    },
    onProtocol() {},
  })
  const before = process.cpuUsage()
  prober.assign(Array.from({ length: RATE }, (_, index) => planOf(kind, port, index)))
  await new Promise((resolve) => setTimeout(resolve, TURN_MS))
  await prober.stop()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

function planOf(kind: 'http' | 'tcp', port: number, index: number): ProbePlan {
  return {
    id: `${kind}:${index}`,
    target: `host:${index}`,
    vantage: 'host/lan',
    address: '127.0.0.1',
    port,
    speech: { protocol: kind, why: '', identity: kind, ...(kind === 'tcp' && { expect: 'SSH-2.0-' }) },
    intervalMs: 1000,
    timeoutMs: 2000,
  }
}

/** CPU a probe, microseconds. */
async function theirTurn(exporter: Blackbox, kind: 'http' | 'tcp', port: number): Promise<number> {
  const address = kind === 'http' ? `http://127.0.0.1:${port}/` : `127.0.0.1:${port}`
  const before = exporter.cpuMs()
  const asked: Promise<boolean>[] = []
  const begun = performance.now()
  while (performance.now() - begun < TURN_MS) {
    const due = ((performance.now() - begun) / 1000) * RATE
    while (asked.length < due) asked.push(exporter.probe(kind, address))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const succeeded = (await Promise.all(asked)).filter(Boolean).length
  if (succeeded < asked.length) throw new Error(`${asked.length - succeeded} probes of the exporter failed`)
  return ((exporter.cpuMs() - before) * 1000) / asked.length
}
