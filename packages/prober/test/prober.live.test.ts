import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Clock, Fact, Observation, Outcome, ProbePlan } from '@portolan/core'
import { createMetrics, type Metrics, systemClock } from '@portolan/runtime'
import { silentLog } from '@portolan/testing'
import { createProber, type HostProber } from '../src/index.ts'
import { startEngineSocket } from './engine-socket.ts'

let fine: Server
let silent: Server
let held: Set<Socket>
let engine: Awaited<ReturnType<typeof startEngineSocket>>
let metrics: Metrics
let prober: HostProber
let clusters: string[][]
let facts: Fact[]
let wallJump: number
let timersSet: number
let look: Set<() => void>

beforeEach(async () => {
  held = new Set()
  fine = await listening(createHttpServer((_, response) => response.end('ahoy')))
  silent = await listening(createServer((socket) => held.add(socket.on('error', () => {}))))
  engine = await startEngineSocket([portOf(fine), portOf(silent)])
  metrics = createMetrics()
  clusters = []
  facts = []
  wallJump = 0
  timersSet = 0
  look = new Set()
  const clock: Clock = {
    monotonic: systemClock.monotonic,
    now: () => systemClock.now() + wallJump,
    after(ms, run) {
      timersSet += 1
      return systemClock.after(ms, run)
    },
  }
  prober = createProber({
    env: engine.env,
    clock,
    log: silentLog,
    metrics,
    onClusters: (names) => notice(() => clusters.push(names)),
    onNotice: () => {},
    onFact: (fact) => notice(() => facts.push(fact)),
  })
})
afterEach(async () => {
  await prober.stop()
  await engine.close()
  for (const socket of held) socket.destroy()
  fine.close()
  silent.close()
})

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function notice(record: () => void): void {
  record()
  for (const one of look) one()
}

/** A probe that will be made is a timer that is set. */
function timersOf(run: () => void): number {
  const before = timersSet
  run()
  return timersSet - before
}

/** The first fact from now or before that fits. */
function fact(fits: (observed: Observation, fact: Fact) => boolean): Promise<Fact> {
  return new Promise((resolve) => {
    const one = () => {
      const found = facts.find((known) => fits(known.observed, known))
      if (found === undefined) return
      look.delete(one)
      resolve(found)
    }
    look.add(one)
    one()
  })
}

async function outcome(fits: (outcome: Outcome) => boolean): Promise<Outcome> {
  const { observed } = await fact((one) => one.kind === 'outcome' && fits(one.outcome))
  return (observed as Extract<Observation, { kind: 'outcome' }>).outcome
}

function plan(server: Server, changes: Partial<ProbePlan> = {}): ProbePlan {
  const target = `host:${portOf(server)}`
  return {
    id: `${target}@host/loopback4`,
    target,
    vantage: 'host/loopback4',
    address: '127.0.0.1',
    port: portOf(server),
    speech: { protocol: 'http', why: 'the test says so', identity: target },
    intervalMs: 50,
    timeoutMs: 300,
    ...changes,
  }
}

describe('at the start', () => {
  test("the cluster is announced, then told with this host's addresses, the engine and the nodes", async () => {
    await prober.start()
    expect(clusters).toEqual([['sea']])
    expect(facts.map(({ observed }) => observed.kind)).toEqual(['vantages', 'engine', 'containers'])
    expect(facts.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    expect(new Set(facts.map(({ cluster, source, boot }) => `${cluster} ${source} ${boot}`)).size).toBe(1)
    expect(facts[0]).toMatchObject({ cluster: 'sea', source: 'prober', observed: { loopback6: expect.any(Boolean) } })
  })

  test('an engine that is missing rejects', async () => {
    const lost = createProber({
      env: { DOCKER_HOST: 'unix:///nowhere.sock' },
      clock: systemClock,
      log: silentLog,
      onClusters() {},
      onNotice() {},
      onFact() {},
    })
    await expect(lost.start()).rejects.toMatchObject({ code: 'engine_not_found' })
  })
})

describe('what is assigned', () => {
  beforeEach(() => prober.start())

  test('is probed, and told when it answers and when it no longer does', async () => {
    expect(timersOf(() => prober.assign('sea', [plan(fine)]))).toBeGreaterThan(0)
    expect(await outcome(({ symptom }) => symptom === 'ok')).toMatchObject({
      target: `host:${portOf(fine)}`,
      status: 200,
    })
    const refusing = plan(fine)
    fine.close()
    expect(await outcome(({ symptom }) => symptom !== 'ok')).toMatchObject({ target: refusing.target })
  })

  test('bursts when it is told to', async () => {
    const slow = plan(fine, { intervalMs: 600_000 })
    prober.assign('sea', [slow])
    prober.burst('sea', [{ plan: slow.id, everyMs: 20, timeoutMs: 200, forMs: 200 }])
    await outcome(({ burst, symptom }) => burst && symptom === 'ok')
  })

  test('is told who speaks there once that is found out', async () => {
    prober.assign('sea', [plan(fine, { speech: { protocol: 'auto', why: 'found out by trying', identity: 'svc' } })])
    await fact(
      (observed) => observed.kind === 'protocol' && observed.identity === 'svc' && observed.protocol === 'http',
    )
  })

  test('of a cluster that is not known is left alone', () => {
    expect(timersOf(() => prober.assign('bay', [plan(fine)]))).toBe(0)
  })

  test('ends with its cluster', async () => {
    prober.assign('sea', [plan(fine)])
    await outcome(({ symptom }) => symptom === 'ok')
    engine.removeNode()
    await fact((observed) => observed.kind === 'containers' && observed.containers.length === 0)
    expect(clusters).toEqual([['sea'], []])
    expect(timersOf(() => prober.assign('sea', [plan(fine)]))).toBe(0)
  })

  test('is counted, and its skips are there from the start', async () => {
    prober.assign('sea', [plan(fine)])
    await outcome(({ symptom }) => symptom === 'ok')
    const { body } = await metrics.render()
    expect(body).toContain('portolan_probes_skipped_total{component="prober",reason="backoff"} 0')
    expect(body).toMatch(/portolan_scheduler_lateness_seconds_count\{component="prober"\} [1-9]/)
  })

  test('is told to the last when the prober stops', async () => {
    prober.assign('sea', [plan(fine)])
    await outcome(({ symptom }) => symptom === 'ok')
    for (let seen = 0; seen < 3; seen += 1) await once(fine, 'request')
    await prober.stop()
    const told = facts.flatMap(({ observed }) =>
      observed.kind === 'outcome' ? [observed.outcome.run?.count ?? 1] : [],
    )
    expect(told.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1)
    expect(timersOf(() => prober.assign('sea', [plan(fine)]))).toBe(0)
  })
})

test("a jump of the clock is a gap, and a probe under way then is not the port's fault", async () => {
  await prober.start()
  silent.once('connection', () => {
    wallJump = 60_000
  })
  prober.assign('sea', [plan(silent)])
  const { observed } = await fact((one) => one.kind === 'gap')
  expect(observed).toMatchObject({ scope: 'prober', reason: expect.stringContaining('this machine slept for 60') })
  const { detail } = await outcome(({ symptom }) => symptom === 'local_error')
  expect(detail).toBe('seemed silent, but the prober could not see meanwhile')
  await outcome(({ symptom }) => symptom === 'silent')
})

test('a jump of the clock while nothing was looked at is no gap', async () => {
  await prober.start()
  wallJump = 60_000
  prober.assign('sea', [plan(fine)])
  await outcome(({ symptom }) => symptom === 'ok')
  expect(facts.filter(({ observed }) => observed.kind === 'gap')).toEqual([])
})
