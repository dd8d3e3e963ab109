import { describe, expect, test } from '@jest/globals'
import { LATEST_MS, MOST_BACKENDS, MOST_BALANCED_PORTS } from '@portolan/core'
import type { z } from 'zod'
import { decodeBatch } from '../src/batch.ts'
import { T0 } from './examples.ts'

const outcome = {
  target: 'peer:b',
  vantage: 'node/a',
  startedAt: T0,
  durationMs: 1,
  symptom: 'ok',
  protocol: 'echo',
  phases: {},
  timeoutMs: 2000,
  burst: false,
}
const binding = { listenAddress: '0.0.0.0', hostPort: 0, containerPort: 80, protocol: 'tcp' }
const container = {
  id: 'i',
  name: 'a',
  role: 'worker',
  state: 'running',
  startedAt: T0,
  addresses: [],
  bindings: [],
  wished: [binding],
}

const batch = (observed: object, fact: object = {}) => ({
  cluster: 'dev',
  source: 'agent/a',
  boot: 'b',
  facts: [{ sequence: 1, at: T0, observed, ...fact }],
})

function faults(body: unknown): string[] {
  try {
    decodeBatch(body)
    return []
  } catch (error) {
    return [...new Set((error as z.ZodError).issues.map(({ path }) => path.join('.')))]
  }
}

test('a node container says which tool made it, and its prober is heard', () => {
  expect(faults(batch({ kind: 'containers', containers: [{ ...container, provider: 'kind' }] }))).toEqual([])
})

/** What a collector reads of one request. */
const MOST_BYTES = 4 * 1024 * 1024

test('a node with a whole range of ports at IPv4 and IPv6, for TCP and UDP, fits into a batch', () => {
  const range = Array.from({ length: 2768 }, (_, index) => 30_000 + index).flatMap((port) =>
    ['0.0.0.0', '::'].flatMap((listenAddress) =>
      ['tcp', 'udp'].map((protocol) => ({ listenAddress, hostPort: port, containerPort: port, protocol })),
    ),
  )
  const ranged = batch({ kind: 'containers', containers: [{ ...container, bindings: range, wished: range }] })
  expect(faults(ranged)).toEqual([])
  expect(JSON.stringify(ranged).length).toBeLessThan(MOST_BYTES)
})

test('a balancer with as many ports and backends as are read fits into a batch', () => {
  const backends = Array.from({ length: MOST_BACKENDS }, (_, number) => ({
    node: `192.168.100.${number}`,
    healthy: true,
  }))
  const ports = Array.from({ length: MOST_BALANCED_PORTS }, (_, index) => ({
    containerPort: index + 1,
    protocol: 'tcp',
    backends,
  }))
  const balanced = batch({ kind: 'balancer', name: 'lb', program: 'Envoy', ports })
  expect(faults(balanced)).toEqual([])
  expect(JSON.stringify(balanced).length).toBeLessThan(MOST_BYTES)
})

describe('a number that is out of bounds is refused, by its key', () => {
  const seen = (more: object) => batch({ kind: 'outcome', outcome: { ...outcome, ...more } })
  const gap = (more: object) => batch({ kind: 'gap', scope: 'spool', from: T0, to: T0, reason: 'x', ...more })
  const agent = (echoPort: number) => batch({ kind: 'agent', node: 'a', address: '172.18.0.2', echoPort })
  const echo = { sent: 1, lost: 0, duplicated: 0, reordered: 0, keptSent: 0, keptLost: 0 }
  test.each([
    ['facts.0.at', batch({ kind: 'vantages', lan: null, loopback6: false }, { at: 1e300 })],
    ['facts.0.at', batch({ kind: 'vantages', lan: null, loopback6: false }, { at: -1 })],
    ['facts.0.sequence', batch({ kind: 'vantages', lan: null, loopback6: false }, { sequence: 1e300 })],
    ['facts.0.sequence', batch({ kind: 'vantages', lan: null, loopback6: false }, { sequence: 1.5 })],
    ['facts.0.observed.outcome.startedAt', seen({ startedAt: LATEST_MS + 1 })],
    ['facts.0.observed.outcome.durationMs', seen({ durationMs: 1e300 })],
    ['facts.0.observed.outcome.timeoutMs', seen({ timeoutMs: -1 })],
    ['facts.0.observed.outcome.phases.connect', seen({ phases: { connect: 1e300 } })],
    ['facts.0.observed.outcome.status', seen({ status: 1e9 })],
    ['facts.0.observed.outcome.echo.lost', seen({ echo: { ...echo, lost: 1e15 } })],
    ['facts.0.observed.outcome.run.count', seen({ run: { count: 1e300, until: T0, durationsMs: [] } })],
    ['facts.0.observed.outcome.run.until', seen({ run: { count: 1, until: 1e300, durationsMs: [] } })],
    ['facts.0.observed.outcome.run.durationsMs.0', seen({ run: { count: 1, until: T0, durationsMs: [1e300] } })],
    ['facts.0.observed.from', gap({ from: 1e300 })],
    ['facts.0.observed.to', gap({ to: 1e300 })],
    ['facts.0.observed.echoPort', agent(0)],
    ['facts.0.observed.echoPort', agent(65_536)],
    [
      'facts.0.observed.containers.0.startedAt',
      batch({ kind: 'containers', containers: [{ ...container, startedAt: 1e300 }] }),
    ],
    [
      'facts.0.observed.containers.0.wished.0.hostPort',
      batch({ kind: 'containers', containers: [{ ...container, wished: [{ ...binding, hostPort: 70_000 }] }] }),
    ],
    ['facts.0.observed.exitCode', batch({ kind: 'container', name: 'a', action: 'die', exitCode: 1e12 })],
  ])('%s', (key, body) => expect(faults(body)).toEqual([key]))
})

test.each(['auto', 'echo', 'off', 'gopher'])('%s is no protocol that was found out by trying', (protocol) => {
  const found = { kind: 'protocol', identity: 'service:80', protocol, why: 'x' }
  expect(faults(batch(found))).toEqual(['facts.0.observed.protocol'])
  expect(faults(batch({ ...found, protocol: 'redis' }))).toEqual([])
})

test('a host port that the engine is to choose is 0', () => {
  expect(faults(batch({ kind: 'containers', containers: [container] }))).toEqual([])
  const ports = [{ containerPort: 80, protocol: 'tcp', backends: [{ node: 'a', healthy: false }, { node: 'b' }] }]
  expect(faults(batch({ kind: 'balancer', name: 'lb', program: 'nginx', ports }))).toEqual([])
})

test('a time between two milliseconds is rounded', () => {
  const gap = batch({ kind: 'gap', scope: 'prober', from: T0 - 0.25, to: T0, reason: 'x' })
  expect(decodeBatch(gap).facts[0]?.observed).toMatchObject({ from: T0, to: T0 })
})

describe('of a body with very many faults', () => {
  test('the first of each list is named, and the others take neither time nor memory', () => {
    const containers = Array.from({ length: 100 }, () => ({ bindings: Array.from({ length: 12_000 }, () => ({})) }))
    const found = faults(batch({ kind: 'containers', containers }))
    expect(found.length).toBeLessThanOrEqual(10)
    expect(found).toContain('facts.0.observed.containers.0.id')
  })

  test('very many phases that there are not are one', () => {
    const phases = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`phase-${index}`, 0]))
    expect(faults(batch({ kind: 'outcome', outcome: { ...outcome, phases } }))).toEqual([
      'facts.0.observed.outcome.phases',
    ])
  })
})
