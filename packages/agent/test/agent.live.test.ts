import type { IncomingMessage, ServerResponse } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Assignment, type Batch, type BatchedFact, CLOCK_HEADER, TOKEN_HEADER } from '@portolan/core'
import { startHttpServer, systemClock } from '@portolan/runtime'
import { type Agent, createAgent } from '../src/index.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

let folder: string
let agents: Agent[]
let closing: (() => Promise<void>)[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-agent-'))
  writeFileSync(join(folder, 'token'), 'first\n')
  agents = []
  closing = []
})
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()))
  await Promise.all(closing.map((close) => close()))
  rmSync(folder, { recursive: true })
})

/** A collector that takes everything and gives one assignment. */
async function startCollector(assignment: () => Assignment) {
  const facts: BatchedFact[] = []
  const tokens = new Set<unknown>()
  const waiting = new Set<() => void>()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    tokens.add(request.headers[TOKEN_HEADER])
    response.setHeader(CLOCK_HEADER, String(Date.now()))
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://collector')
    if (pathname === '/api/v1/assignment') {
      if (searchParams.get('wait') !== '0') return
      return void response.end(JSON.stringify({ collector: 'c', version: 1, assignment: assignment(), bursts: [] }))
    }
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const batch = JSON.parse(Buffer.concat(parts).toString()) as Batch
    facts.push(...batch.facts)
    response.end(JSON.stringify({ acknowledged: batch.facts.at(-1)?.sequence }))
    for (const look of waiting) look()
  }

  const server = await startHttpServer((request, response) => void answer(request, response), {
    host: '127.0.0.1',
    port: 0,
  })
  closing.push(server.stop)
  return {
    url: new URL(server.url),
    facts,
    tokens,
    async until<T>(find: (facts: BatchedFact[]) => T | undefined): Promise<T> {
      for (;;) {
        const found = find(facts)
        if (found !== undefined) return found
        await new Promise<void>((resolve) => waiting.add(resolve))
      }
    },
  }
}

async function startAgent(collector: URL): Promise<{ agent: Agent; get(path: string): Promise<[number, string]> }> {
  const config = { cluster: 'kind', node: 'a', nodeAddress: '127.0.0.1', collector, port: 0 }
  const agent = createAgent(
    { ...config, tokenFile: join(folder, 'token'), trustFile: null, spool: join(folder, 'spool') },
    { clock: systemClock, log },
  )
  agents.push(agent)
  await agent.start()
  return {
    agent,
    async get(path) {
      const response = await fetch(`http://127.0.0.1:${agent.address?.port}${path}`)
      return [response.status, await response.text()]
    },
  }
}

const NOTHING: Assignment = { plans: [], peers: [] }

async function httpAssignment(): Promise<Assignment> {
  const target = await startHttpServer((_, response) => response.end('ahoy'), { host: '127.0.0.1', port: 0 })
  closing.push(target.stop)
  const plan = {
    id: 'node:b:30080@node/a',
    target: 'node:b:30080',
    vantage: 'node/a' as const,
    address: '127.0.0.1',
    port: target.port,
    speech: { protocol: 'auto' as const, why: 'it is tried', identity: 'b' },
    intervalMs: 50,
    timeoutMs: 30_000,
  }
  return { plans: [plan], peers: [] }
}

describe('an agent', () => {
  test('says who it is, probes what is assigned, and tells what it saw', async () => {
    const assignment = await httpAssignment()
    const collector = await startCollector(() => assignment)
    await startAgent(collector.url)
    const outcome = await collector.until((facts) => facts.find(({ observed }) => observed.kind === 'outcome'))
    expect(outcome.observed).toMatchObject({ outcome: { target: 'node:b:30080', vantage: 'node/a', symptom: 'ok' } })
    expect(collector.facts[0]?.observed).toMatchObject({ kind: 'agent', node: 'a', address: '127.0.0.1' })
    expect([...collector.tokens]).toEqual(['first'])
  })

  test('shows the token that is there now', async () => {
    const collector = await startCollector(() => NOTHING)
    const { agent } = await startAgent(collector.url)
    await collector.until((facts) => facts[0])
    writeFileSync(join(folder, 'token'), 'second\n')
    const before = collector.facts.length
    await collector.until((facts) => (facts.length > before ? facts : undefined))
    expect([...collector.tokens]).toContain('second')
    await agent.stop()
  })

  test('is alive at once, ready with an assignment, and tells of itself', async () => {
    const away = new URL('http://127.0.0.1:9')
    const { get } = await startAgent(away)
    expect(await get('/healthz')).toEqual([200, 'ok\n'])
    expect(await get('/readyz')).toEqual([503, 'there is no assignment yet\n'])
    expect(await get('/elsewhere')).toEqual([404, 'there are /healthz, /readyz and /metrics\n'])
    const [, metrics] = await get('/metrics')
    const names = [...metrics.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name)
    expect(new Set(names)).toEqual(
      new Set([
        'portolan_build_info',
        'portolan_eventloop_lag_seconds',
        'portolan_probes_skipped_total',
        'portolan_scheduler_lateness_seconds',
        'portolan_spool_batches',
        'portolan_spool_dropped_total',
      ]),
    )
  })

  test('goes on with its last assignment after a restart without a collector, and tells of both lives later', async () => {
    const assignment = await httpAssignment()
    const first = await startCollector(() => assignment)
    const { agent } = await startAgent(first.url)
    await first.until((facts) => facts.find(({ observed }) => observed.kind === 'outcome'))
    await agent.stop()
    const second = await startAgent(new URL('http://127.0.0.1:9'))
    expect(await second.get('/readyz')).toEqual([200, 'ok\n'])
    await second.agent.stop()
    const third = await startCollector(() => assignment)
    await startAgent(third.url)
    await third.until((facts) => facts.find(({ observed }) => observed.kind === 'outcome'))
    // How it stands, what the second life said, and its own.
    await third.until((facts) => facts.filter(({ observed }) => observed.kind === 'agent')[2])
  })

  test('says that its spool cannot be used', () => {
    writeFileSync(join(folder, 'file'), '')
    const config = { cluster: 'kind', node: 'a', nodeAddress: '127.0.0.1', collector: new URL('http://c'), port: 0 }
    expect(() =>
      createAgent(
        { ...config, tokenFile: '/t', trustFile: null, spool: join(folder, 'file', 'spool') },
        { clock: systemClock, log },
      ),
    ).toThrow(expect.objectContaining({ code: 'store_unusable' }))
  })
})
