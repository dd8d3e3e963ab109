import { describe, expect, test } from '@jest/globals'
import type { Fact, NodeContainer, Observation, Settings } from '@portolan/core'
import { RESOURCES } from '@portolan/core'
import { createAnonymiser } from '../../src/recording/anonymise.ts'
import { replay } from '../../src/recording/replay.ts'
import { isMap } from '../../src/recording/vocabulary.ts'
import { EVERY_FACT } from './every-fact.ts'

/** The same with a mark in every string, and in every name that is the key of a map. */
function marked<T>(value: T, mark: () => string, field = ''): T {
  if (typeof value === 'string') return mark() as T
  if (Array.isArray(value)) return value.map((one) => marked(one, mark, field)) as T
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, one]) => [
    isMap(field) && typeof one === 'string' ? mark() : key,
    marked(one, mark, key),
  ])
  return Object.fromEntries(entries) as T
}

describe('of a cluster of which every string is marked no mark is in an anonymised recording', () => {
  const MARKS = /.{0,40}mark.{0,40}/gi
  let count = 0
  const one = () => `Mark${(count += 1)}x`
  test.each<[string, () => string]>([
    ['a name', one],
    ['a name that says what is spoken', () => `http-${one()}`],
    ['a name that begins like one of Kubernetes', () => `kube-proxy-${one()}`],
    ['the key of a label', () => `${one()}.kubernetes.io/${one()}`],
    ['an annotation', () => `portolan.dev/${one()}`],
    ['a path', () => `/home/${one()}/.kube/config`],
    ['an address', () => `https://${one()}.example:6443`],
    ['what is put together of names', () => `node:${one()}:30080@node/${one()}`],
    ['a sentence', () => `the API server ${one()} says: port 80 of ${one()} is already allocated, ${one()}`],
    ['several lines', () => `${one()}\n\t${one()}\u{1b}[31m`],
    ['a capital letter', () => one().toUpperCase()],
  ])('%s', (_, mark) => {
    const { fact, settings } = createAnonymiser()
    const facts = EVERY_FACT.map((given) => marked(given, mark))
    expect(JSON.stringify(facts)).toMatch(/mark\d/i)
    expect(JSON.stringify(facts.map(fact)).match(MARKS)).toBeNull()
    const known: Settings = { context: mark(), kubeconfig: mark(), intervalMs: 1000, timeoutMs: 2000, asksPods: true }
    const later = { later: mark() }
    const changed = settings({ [mark()]: { ...known, ...later } })
    expect(JSON.stringify(changed).match(MARKS)).toBeNull()
    expect(Object.values(changed)).toEqual([
      expect.objectContaining({ intervalMs: 1000, timeoutMs: 2000, asksPods: true }),
    ])
  })
})

test('what a fact chooses from a list stays, with its numbers', () => {
  const { fact } = createAnonymiser()
  const chosen = new Set([
    'status',
    'phase',
    'state',
    'role',
    'provider',
    'symptom',
    'cause',
    'confidence',
    'type',
    'effect',
    'scope',
  ])
  const seen: [string, unknown][] = []
  const look = (before: unknown, after: unknown, field: string): void => {
    if (
      typeof before === 'object' &&
      before !== null &&
      !isMap(field) &&
      field !== 'evidence' &&
      field !== 'remedies'
    ) {
      for (const [key, one] of Object.entries(before)) look(one, (after as Record<string, unknown>)[key], key)
      return
    }
    if (typeof before === 'number' || chosen.has(field)) {
      seen.push([field, before])
      expect([field, after]).toEqual([field, before === 'e' ? expect.anything() : before])
    }
  }
  for (const one of EVERY_FACT) look(one, fact(one), '')
  expect(new Set(seen.map(([field]) => field)).size).toBeGreaterThan(40)
})

test.each(['kube-proxy-', 'http-', 'dns-udp-'])('a name of very many %s is replaced as a whole', (beginning) => {
  const { fact } = createAnonymiser()
  const observed = { kind: 'gap', scope: 'kube', from: 1, to: 1, reason: beginning.repeat(30_000) } as const
  const [given] = EVERY_FACT
  expect(fact({ ...(given as Fact), observed }).observed).toEqual({ ...observed, reason: 'word-2' })
})

test('of a sentence only what verdicts depend on stays', () => {
  const { fact } = createAnonymiser()
  const message = "0/2 nodes are available: 1 node(s) didn't have free ports for the requested pod ports of acme."
  const observed = { kind: 'object', change: 'set', object: { message } } as unknown as Observation
  expect(fact({ ...SAID, observed })).toMatchObject({ observed: { object: { message: 'free ports' } } })
})

test('more addresses than one network has stay different, each of its family', () => {
  const { fact } = createAnonymiser()
  const addresses = Array.from(
    { length: 140_000 },
    (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
  )
  const six = addresses.map((_, index) => `fd00::${(index >> 16).toString(16)}:${(index & 65_535).toString(16)}`)
  const container = { addresses: [...addresses, ...six, '127.0.0.2', '::1', '0.0.0.0'] } as NodeContainer
  const found = fact({ ...SAID, observed: { kind: 'containers', containers: [container] } }).observed
  const made = found.kind === 'containers' ? (found.containers[0]?.addresses ?? []) : []
  expect(new Set(made).size).toBe(container.addresses.length)
  expect(made.slice(0, 140_000).every((address) => /^240\.\d+\.\d+\.\d+$/.test(address))).toBe(true)
  expect(made.slice(140_000, -3).every((address) => address.startsWith('2001:db8::'))).toBe(true)
  expect(made.slice(-3)).toEqual(['127.0.0.2', '::1', '0.0.0.0'])
})

const SAID = { cluster: 'acme', source: 'prober', boot: 'b', sequence: 1, at: 0, receivedAt: 0 }

describe('a port whose binding the engine refused is explained as it was, under other names:', () => {
  test.each([
    ['port_taken', 'driver failed on acme-worker: Bind for 0.0.0.0:30080 failed: port is already allocated'],
    ['port_forbidden', 'cannot expose privileged port 30080, you might need to ask ada@acme'],
  ])('%s', async (cause, error) => {
    const facts = refused(error)
    const { fact } = createAnonymiser()
    const renamed = facts.map(fact)
    expect(JSON.stringify(renamed)).not.toMatch(/acme|ada/)
    for (const some of [facts, renamed]) expect(await causesOf(some)).toEqual([cause])
  })
})

async function causesOf(facts: Fact[]): Promise<string[]> {
  async function* batches() {
    yield facts
  }
  const header = { portolan: 'recording', version: 1, recordedAt: '', settings: {}, anonymised: false } as const
  const { incidents } = await replay({ header, facts: batches() }, () => {})
  return incidents.map((incident) => incident.cause)
}

/** A node that could not be started, and the port that leads to it. */
function refused(error: string): Fact[] {
  const binding = { listenAddress: '0.0.0.0', hostPort: 30080, containerPort: 30080, protocol: 'tcp' } as const
  const node: NodeContainer = {
    id: 'acme-id',
    name: 'acme-worker',
    role: 'worker',
    state: 'exited',
    startedAt: 0,
    addresses: [],
    bindings: [],
    wished: [binding],
    error,
  }
  const engine = {
    kind: 'docker',
    version: '28',
    operatingSystem: 'Acme OS',
    desktop: false,
    endpoint: '/acme',
  } as const
  const outcome = (startedAt: number): Observation => ({
    kind: 'outcome',
    outcome: {
      target: 'host:30080',
      vantage: 'host/loopback4',
      startedAt,
      durationMs: 1,
      symptom: 'refused',
      protocol: 'auto',
      phases: {},
      timeoutMs: 2000,
      burst: false,
    },
  })
  const observed: Observation[] = [
    { kind: 'engine', status: 'connected', engine },
    { kind: 'vantages', lan: null, loopback6: false },
    { kind: 'containers', containers: [node] },
    ...RESOURCES.map((resource): Observation => ({ kind: 'listed', resource, objects: [] })),
    ...[1, 2, 3].map((second) => outcome(1_700_000_000_000 + second * 1000)),
  ]
  return observed.map((one, index) => {
    const at = 1_700_000_000_000 + (one.kind === 'outcome' ? one.outcome.startedAt - 1_700_000_000_000 + 1 : 0)
    return { ...SAID, sequence: index + 1, at, receivedAt: at, observed: one }
  })
}
