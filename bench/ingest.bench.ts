import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStoreReader } from '@portolan/collector'
import { NODES, PORTS } from './big-cluster.ts'
import { startChild } from './child.ts'
import type { Decided, Effort, Listening, Move, Question } from './ingest-collector.ts'
import { quantile, quantilesOf } from './quantiles.ts'
import { createSimulatedAgents } from './simulated-agents.ts'

/**
 * A thousand agents at one collector. Fails where something is lost or taken twice, an agent has nothing to do, or an
 * order does not arrive; how fast it is depends on the machine, and is told. With `--profile FOLDER` the collector
 * leaves a CPU profile there.
 */
const PHASE_MS = 6000
const MOVES = 4
/** On a machine that others use as well. */
const COME_UP_MS = 60_000
const PROBES = 13
/** An agent tells equal answers every 5 s; so it does about ten facts a second. */
const PACES = [5000, 1300]
const SCRAPE_EVERY_MS = 2000

const [flag, profile] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'))
const store = join(folder, 'store.db')
const profiling = flag === '--profile' && profile !== undefined ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
const { child: collector, first: listening } = await startChild<Listening>('ingest-collector.ts', [store], profiling)
const { child: prober } = await startChild('ingest-prober.ts', [])
const askCollector = <Answer>(question: Question) => collector.ask<Answer>(question)
/** By the address of a pod that moved and the agent, when it was told, ms since the epoch. */
const arrivals = new Map<string, number>()
const watched = new Set<string>()
const agents = createSimulatedAgents(listening.port, (node, { plans }) => {
  for (const { address } of plans) {
    const key = `${address} ${node}`
    if (watched.has(address) && !arrivals.has(key)) arrivals.set(key, Date.now())
  }
})

function check(holds: boolean, what: string): void {
  console.log(`${what}: ${holds ? 'reached' : 'missed'}`)
  if (!holds) process.exitCode = 1
}

async function comeUp(): Promise<void> {
  const begun = performance.now()
  agents.start()
  const isReady = () => agents.assigned() === NODES && agents.plans() >= NODES * (PROBES - 1)
  while (!isReady() && performance.now() - begun < COME_UP_MS) await sleep(100)
  const { cpuMs } = await askCollector<Effort>({ effort: true })
  console.log(
    `${NODES} agents have their ${agents.plans()} probes after ${((performance.now() - begun) / 1000).toFixed(1)} s, ` +
      `for ${cpuMs.toFixed(0)} ms of CPU of the collector`,
  )
}

const moves: Move[] = []
let nextPort = 0

async function movePods(): Promise<void> {
  for (let index = 0; index < MOVES; index += 1) {
    const port = nextPort++
    watched.add(`10.244.${port}.${(port + 500) & 255}`)
    moves.push(await askCollector<Move>({ move: { port, node: port + 500 } }))
    await sleep(PHASE_MS / MOVES)
  }
}

async function scrape(): Promise<{ ms: number; text: string }> {
  const begun = performance.now()
  const text = await (await fetch(`http://127.0.0.1:${listening.metricsPort}/metrics`)).text()
  return { ms: performance.now() - begun, text }
}

/** @returns how late probes in another process were, ms */
async function measure(what: string, isScraped: boolean): Promise<number[]> {
  agents.fresh()
  await askCollector<Effort>({ effort: true })
  await prober.ask({})
  const toldBefore = toldInAll()
  const begun = performance.now()
  const scrapes: { ms: number; text: string }[] = []
  const moving = movePods()
  while (isScraped && performance.now() - begun < PHASE_MS) {
    scrapes.push(await scrape())
    await sleep(SCRAPE_EVERY_MS)
  }
  await moving
  const seconds = (performance.now() - begun) / 1000
  const effort = await askCollector<Effort>({ effort: true })
  const lateness = await prober.ask<number[]>({})
  const { cpuMs, wallMs, waitedMs, residentMiB, loopP50Ms, loopP99Ms, loopWorstMs } = effort
  console.log(`\n${what}:`)
  console.log(
    `  ${((toldInAll() - toldBefore) / seconds).toFixed(0)} facts and ${(agents.requests / seconds).toFixed(0)} requests ` +
      `a second for ${((cpuMs / wallMs) * 1000).toFixed(0)} ms of CPU a second, ${residentMiB.toFixed(0)} MiB resident`,
  )
  console.log(
    `  ${(cpuMs / ((toldInAll() - toldBefore) / 1000)).toFixed(0)} ms of CPU for 1000 facts; ` +
      `${((waitedMs / wallMs) * 100).toFixed(0)} % of the time it waited for a core that others used`,
  )
  console.log(`  round trip of a batch: ${quantilesOf(agents.trips)}`)
  console.log(
    `  event loop delay: p50 ${loopP50Ms.toFixed(1)} ms, p99 ${loopP99Ms.toFixed(1)} ms, worst ${loopWorstMs.toFixed(1)} ms`,
  )
  const last = scrapes.at(-1)
  if (last !== undefined) {
    const lines = last.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    console.log(
      `  a scrape: ${lines.length} series, ${(last.text.length / 2 ** 20).toFixed(1)} MiB, ` +
        quantilesOf(scrapes.map(({ ms }) => ms)),
    )
  }
  console.log(`  probes of another process began late by ${quantilesOf(lateness)}`)
  return lateness
}

function toldInAll(): number {
  return [...agents.told.values()].reduce((sum, count) => sum + count, 0)
}

async function compareOrders(): Promise<void> {
  const decided = await askCollector<Decided>({ decided: true })
  const decisions: number[] = []
  const ways: number[] = []
  let missing = 0
  for (const { address, movedAt } of moves) {
    const since = Object.entries(decided[address] ?? {})
    decisions.push(Math.min(...since.map(([, at]) => at)) - movedAt)
    for (const [node, decidedAt] of since) {
      const at = arrivals.get(`${address} ${node}`)
      if (at === undefined) missing += 1
      else ways.push(at - decidedAt)
    }
  }
  console.log(`\nwho looks at a pod that moved is decided ${quantilesOf(decisions)} after it (${moves.length} moves),`)
  console.log(`  and known to the agents ${quantilesOf(ways)} after that (${ways.length} orders)`)
  check(missing === 0 && ways.length > 0, `every order arrives (${missing} did not)`)
}

/** What is in the store of the life `bench`, against what was told. */
async function compareStore(): Promise<void> {
  const reader = openStoreReader(store)
  const counts = new Map<string, number>()
  let outOfOrder = 0
  for (let after = 0; ; ) {
    const page = await reader.facts({ after, limit: 10_000 })
    for (const { fact } of page) {
      if (fact.boot !== 'bench' || !fact.source.startsWith('agent/')) continue
      const next = (counts.get(fact.source) ?? 0) + 1
      if (fact.sequence !== next) outOfOrder += 1
      counts.set(fact.source, next)
    }
    const last = page.at(-1)
    if (last === undefined) break
    after = last.id
  }
  reader.close()
  const stored = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const unlike = [...agents.told].filter(([source, count]) => counts.get(source) !== count).length
  check(
    unlike === 0 && outOfOrder === 0,
    `nothing is lost, nothing taken twice, all in order (${toldInAll()} facts told, ${stored} stored)`,
  )
}

console.log(`${NODES} agents, ${PORTS} mapped ports`)
await comeUp()
check(agents.assigned() === NODES, 'every agent has something to do')
for (const everyMs of PACES) {
  agents.tellEvery(everyMs)
  await sleep(Math.min(everyMs, 2000))
  const pace = `each agent tells of all its probes every ${everyMs / 1000} s`
  const quiet = await measure(`${pace}, nobody scrapes`, false)
  const scraped = await measure(`${pace}, scraped every ${SCRAPE_EVERY_MS / 1000} s`, true)
  console.log(
    `  lateness of probes p99: ${quantile(quiet, 0.99).toFixed(1)} ms without scrapes, ${quantile(scraped, 0.99).toFixed(1)} ms with`,
  )
}
const begunToDrain = performance.now()
await agents.fallSilent()
console.log(`\nafter the last word the spools are empty in ${(performance.now() - begunToDrain).toFixed(0)} ms`)
await compareOrders()
check(agents.refused === 0, `no request is refused (${agents.refused} were)`)
await agents.stop()
await prober.stop()
await collector.stop()
await compareStore()
rmSync(folder, { recursive: true })
