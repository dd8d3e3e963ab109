import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { Fact, Observation, Outcome } from '@portolan/core'
import { createAnonymiser } from '../../src/recording/anonymise.ts'
import { readRecording } from '../../src/recording/read.ts'
import { type Header, VERSION } from '../../src/recording/recording.ts'
import { EVERY_FACT } from './every-fact.ts'
import { writeRecording } from '../../src/recording/write.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-recording-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const HEADER: Header = {
  portolan: 'recording',
  version: VERSION,
  recordedAt: '2026-11-25T12:00:00.000Z',
  settings: { dev: { context: 'kind-dev' } },
  anonymised: false,
}

function gap(sequence: number): Fact {
  const observed = { kind: 'gap', scope: 'prober', from: 0, to: 1, reason: 'asleep' } as const
  return { cluster: 'dev', source: 'prober', boot: 'b', sequence, at: sequence, receivedAt: sequence, observed }
}

const SERVICE = EVERY_FACT.flatMap(({ observed }) =>
  observed.kind === 'object' && observed.object.kind === 'Service' ? observed.object : [],
)[0]

function listed(object: object): object {
  return { ...gap(1), observed: { kind: 'listed', resource: 'services', objects: [SERVICE, object] } }
}

/** A node with so many of its ports mapped. */
function mapping(ports: number): object {
  const [container] = EVERY_FACT.flatMap(({ observed }) => (observed.kind === 'containers' ? observed.containers : []))
  const bindings = Array.from({ length: ports }, () => container?.bindings[0])
  return { ...gap(1), observed: { kind: 'containers', containers: [{ ...container, bindings, wished: [] }] } }
}

async function* all(facts: Fact[]): AsyncGenerator<Fact> {
  yield* facts
}

/** Everything that can be read, and what is said about the end. */
async function read(file: string) {
  const cuts: string[] = []
  const { header, facts } = await readRecording(file, (text) => cuts.push(text))
  const found: Fact[] = []
  for await (const batch of facts) {
    found.push(...batch)
    // Whoever shows them takes its time.
    for (let turn = 0; turn < 100; turn += 1) await setImmediate()
  }
  return { header, found, cuts }
}

const ANSWERED: Omit<Outcome, 'target' | 'vantage'> = {
  startedAt: 0,
  durationMs: 1,
  symptom: 'ok',
  protocol: 'http',
  phases: {},
  timeoutMs: 2000,
  burst: false,
}

/** More than is read and unpacked at a time, and hard to pack. */
const FACTS = Array.from({ length: 20_000 }, (_, index) => ({
  ...gap(index + 1),
  boot: createHash('sha256').update(String(index)).digest('base64'),
}))

describe.each(['plain.ndjson', 'packed.ndjson.gz'])('a recording %s', (name) => {
  const file = join(folder, name)

  test('gives back what was written', async () => {
    expect(await writeRecording(file, HEADER, all(FACTS))).toBe(FACTS.length)
    expect(await read(file)).toEqual({ header: HEADER, found: FACTS, cuts: [] })
  })

  test('that breaks off in the middle is good up to there, and says so', async () => {
    const bytes = readFileSync(file)
    const half = join(folder, `half-${name}`)
    writeFileSync(half, bytes.subarray(0, Math.floor(bytes.length * 0.6) + 7))
    const { found, cuts } = await read(half)
    expect(found).toEqual(FACTS.slice(0, found.length))
    expect(found.length).toBeGreaterThan(FACTS.length * 0.597)
    expect(cuts).toEqual([expect.stringMatching(/breaks off (in|after) line \d+$/)])
  })
})

test('a compressed one that breaks off before its first line says so', async () => {
  const file = join(folder, 'hardly.ndjson.gz')
  await writeRecording(file, HEADER, all([]))
  writeFileSync(file, readFileSync(file).subarray(0, 12))
  await expect(read(file)).rejects.toMatchObject({ message: `${file} cannot be read (it breaks off)` })
})

describe('what is no recording is not replayed:', () => {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`
  test.each([
    ['another file', 'hello\n', /is not a Portolan recording/],
    ['an empty file', '', /is not a Portolan recording/],
    ['JSON of something else', line({ a: 1 }), /is not a Portolan recording/],
    [
      'one of a newer Portolan',
      line({ ...HEADER, version: VERSION + 1 }),
      /recorded by a newer Portolan \(version 2\)/,
    ],
    ['a damaged one', `${line(HEADER)}{"x": 1}\n${line(gap(1))}`, /line 2 of .* is not a fact \(cluster: .*\)$/],
    [
      'one with an object of another shape in a list',
      `${line(HEADER)}${line(listed({ ...SERVICE, ports: null }))}${line(gap(1))}`,
      /line 2 of .* is not a fact \(observed\.objects\.1\.ports: .*\)$/,
    ],
    [
      'one with more mapped ports than a machine has',
      `${line(HEADER)}${line(mapping(10_001))}${line(gap(1))}`,
      /line 2 of .* is not a fact \(observed\.containers: expected at most 10000 port bindings\)$/,
    ],
    ['one of empty lines', `${line(HEADER)}${'\n'.repeat(100_000)}`, /has more than 1000 empty lines$/],
  ])('%s', async (name, text, message) => {
    const file = join(folder, `${name}.ndjson`)
    writeFileSync(file, text)
    await expect(read(file)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) })
  })

  test('one that is not there', async () => {
    await expect(read(join(folder, 'none'))).rejects.toMatchObject({ message: expect.stringMatching(/does not exist/) })
    await expect(read(join(folder, 'none.gz'))).rejects.toMatchObject({
      message: expect.stringMatching(/does not exist/),
    })
  })
})

test('empty lines between the facts, as an editor leaves them, are left out', async () => {
  const file = join(folder, 'edited.ndjson')
  writeFileSync(file, [JSON.stringify(HEADER), '', JSON.stringify(gap(1)), '', ''].join('\n'))
  expect(await read(file)).toMatchObject({ found: [gap(1)], cuts: [] })
})

test('names are replaced by the same word everywhere, and texts are left out', () => {
  const { fact, settings } = createAnonymiser()
  const said = { cluster: 'acme', source: 'kube', boot: 'b', sequence: 1, at: 0, receivedAt: 0 }
  const pod: Fact = {
    ...said,
    observed: {
      kind: 'object',
      change: 'set',
      object: {
        kind: 'Event',
        namespace: 'payments',
        name: 'ledger.17',
        uid: 'u-1',
        resourceVersion: '1',
        createdAt: 0,
        regarding: { kind: 'Pod', namespace: 'payments', name: 'ledger', uid: 'u-2' },
        type: 'Normal',
        reason: 'Scheduled',
        message: 'assigned payments/ledger to acme-worker',
        count: 1,
        at: 0,
      },
    },
  }
  const changed = JSON.stringify(fact(pod))
  expect(changed).not.toMatch(/acme|payments|ledger|u-1|u-2|assigned/)
  expect(fact(pod)).toEqual(fact(pod))
  expect(settings({ acme: { context: 'kind-acme', intervalMs: 1000 } })).toEqual({
    'cluster-1': { context: 'kind-cluster-1', intervalMs: 1000 },
  })
})

test('words that verdicts depend on stay, whatever has them for its name', () => {
  const { fact } = createAnonymiser()
  const said = { cluster: 'worker', source: 'kube', boot: 'b', sequence: 1, at: 0, receivedAt: 0 }
  for (const name of ['worker', 'running', 'http', 'refused', 'host', 'node', 'kube', 'tcp']) {
    const object = { kind: 'Pod', namespace: name, name, node: name }
    fact({ ...said, observed: { kind: 'object', change: 'set', object } as unknown as Observation })
  }
  const container = { id: '1', name: 'acme', role: 'worker', state: 'running', startedAt: 0 } as const
  const bindings = [{ listenAddress: '0.0.0.0', hostPort: 1, containerPort: 2, protocol: 'tcp' as const }]
  const containers = [{ ...container, addresses: [], bindings, wished: [] }]
  expect(fact({ ...said, observed: { kind: 'containers', containers } })).toMatchObject({
    source: 'kube',
    observed: { containers: [{ role: 'worker', state: 'running', bindings: [{ protocol: 'tcp' }] }] },
  })
  const outcome = { ...ANSWERED, target: 'host:30080', vantage: 'host/lan' as const, symptom: 'refused' as const }
  expect(fact({ ...said, observed: { kind: 'outcome', outcome } })).toMatchObject({ observed: { outcome } })
})

test('what the name of a port says of its protocol stays, and no more', () => {
  const { fact } = createAnonymiser()
  const said = { cluster: 'acme', source: 'kube', boot: 'b', sequence: 1, at: 0, receivedAt: 0 }
  const ports = [{ name: 'dns' }, { name: 'http-ledger' }, { name: 'ledger-http' }]
  const observed = { kind: 'object', change: 'set', object: { kind: 'Service', ports } } as unknown as Observation
  expect(fact({ ...said, observed })).toMatchObject({
    observed: { object: { ports: [{ name: 'dns' }, { name: 'http-name-1' }, { name: 'name-2' }] } },
  })
})

describe('what observers elsewhere tell', () => {
  const said = { cluster: 'acme', boot: 'acme-boot', sequence: 1, at: 0, receivedAt: 0 }
  const outcome = (target: string, vantage: string): Observation => ({
    kind: 'outcome',
    outcome: { ...ANSWERED, target, vantage: vantage as Outcome['vantage'] },
  })
  const node: Observation = {
    kind: 'agent',
    node: 'acme-worker',
    address: '172.18.0.3',
    echoPort: 9466,
  }

  test.each<[string, string, Observation]>([
    ['an agent that says that it is there', 'agent/acme-worker', node],
    ['a probe of a peer', 'agent/acme-worker', outcome('peer:acme-worker2', 'node/acme-worker')],
    ['a probe of a pod', 'agent/acme-worker', outcome('pod:payments/ledger-7d:8080', 'node/acme-worker')],
    ['a probe of a Service', 'agent/acme-worker', outcome('service:payments/ledger:53/udp', 'node/acme-worker')],
    ['a probe of a node', 'prober/ada-laptop', outcome('node:acme-worker:30080', 'host/node-address')],
    ['a protocol', 'agent/acme-worker', { kind: 'protocol', identity: 'peer:acme-worker2', protocol: 'echo', why: '' }],
    [
      'a collector that comes back',
      'collector',
      { kind: 'resumed', lastAt: 0, incidents: [], awaited: ['prober/ada-laptop acme-boot'] },
    ],
  ])('names nobody, even where it comes first: %s', (_, source, observed) => {
    const changed = JSON.stringify(createAnonymiser().fact({ ...said, source, observed }))
    expect(changed).not.toMatch(/acme|ada|payments|ledger|172\.18/)
  })

  test('stays together: source, node, vantage, peer and life', () => {
    const { fact } = createAnonymiser()
    const there = fact({ ...said, source: 'agent/acme-worker', observed: node })
    expect(there).toMatchObject({ source: 'agent/node-1', boot: 'boot-000001', observed: { node: 'node-1' } })
    const standing = fact({ ...said, boot: 'acme-boot~standing', source: 'agent/acme-worker', observed: node })
    expect(standing.boot).toBe('boot-000001~standing')
    const seen = fact({
      ...said,
      source: 'agent/acme-worker2',
      observed: outcome('peer:acme-worker', 'node/acme-worker2'),
    })
    expect(seen).toMatchObject({
      source: 'agent/node-2',
      observed: { outcome: { target: 'peer:node-1', vantage: 'node/node-2' } },
    })
    const back = { kind: 'resumed' as const, lastAt: 0, incidents: [], awaited: ['prober/ada-laptop acme-boot'] }
    const host = fact({
      ...said,
      source: 'prober/ada-laptop',
      observed: { kind: 'vantages', lan: null, loopback6: true },
    })
    expect(fact({ ...said, source: 'collector', observed: back })).toMatchObject({
      observed: { awaited: [`${host.source} ${host.boot}`] },
    })
  })

  test('the Services that all agents look at keep their names', () => {
    const { fact } = createAnonymiser()
    const dns = outcome('service:kube-system/kube-dns:53', 'node/acme-worker')
    expect(fact({ ...said, source: 'agent/acme-worker', observed: dns })).toMatchObject({
      observed: { outcome: { target: 'service:kube-system/kube-dns:53' } },
    })
  })
})
