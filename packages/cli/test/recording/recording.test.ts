import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { Fact } from '@portolan/core'
import { createAnonymiser } from '../../src/recording/anonymise.ts'
import { readRecording } from '../../src/recording/read.ts'
import { type Header, VERSION } from '../../src/recording/recording.ts'
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

async function* all(facts: Fact[]): AsyncGenerator<Fact> {
  yield* facts
}

/** Everything that can be read, and what is said about the end. */
async function read(file: string) {
  const cuts: string[] = []
  const { header, facts } = await readRecording(file, (text) => cuts.push(text))
  const found: Fact[] = []
  for await (const fact of facts) found.push(fact)
  return { header, found, cuts }
}

const FACTS = Array.from({ length: 200 }, (_, index) => gap(index + 1))

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
    expect(cuts).toEqual([expect.stringMatching(/breaks off (in|after) line \d+$/)])
  })
})

describe('what is no recording is not replayed:', () => {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`
  test.each([
    ['another file', 'hello\n', /is no recording of Portolan/],
    ['an empty file', '', /is no recording of Portolan/],
    ['JSON of something else', line({ a: 1 }), /is no recording of Portolan/],
    [
      'one of a newer Portolan',
      line({ ...HEADER, version: VERSION + 1 }),
      /recorded by a newer Portolan \(version 2\)/,
    ],
    ['a damaged one', `${line(HEADER)}{"x": 1}\n${line(gap(1))}`, /line 2 of .* is no fact/],
  ])('%s', async (name, text, message) => {
    const file = join(folder, `${name}.ndjson`)
    writeFileSync(file, text)
    await expect(read(file)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) })
  })

  test('one that is not there', async () => {
    await expect(read(join(folder, 'none'))).rejects.toMatchObject({ message: expect.stringMatching(/is not there/) })
    await expect(read(join(folder, 'none.gz'))).rejects.toMatchObject({
      message: expect.stringMatching(/is not there/),
    })
  })
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
