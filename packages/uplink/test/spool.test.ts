import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Batch, Observation, Outcome } from '@portolan/core'
import fc from 'fast-check'
import { createRecordedLog } from '@portolan/testing'
import { createFolderShelf } from '../src/folder-shelf.ts'
import { createGatherer } from '../src/gather.ts'
import { createFolderSpool, createMemorySpool, type Spool } from '../src/index.ts'
import { AGENT, outcome } from './builders.ts'

const NO_ROOM = 'for want of room while the collector was not there'
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-spool-'))
  folders.push(folder)
  return folder
}

const ok = (at: number) => outcome({ startedAt: at })
const dark = (at: number) => outcome({ startedAt: at, symptom: 'silent' })

/** Each list of observations becomes a batch; the n-th observation of all happened at n. */
function fill(spool: Spool, ...batches: ((at: number) => Observation)[][]): void {
  const gatherer = createGatherer({ cluster: 'kind', source: 'agent/a', boot: 'b' })
  let at = 0
  for (const batch of batches) {
    for (const observe of batch) gatherer.add(observe((at += 1)), at)
    const made = gatherer.cut()
    if (made !== null) spool.push(made)
  }
}

/** The sequences batch by batch, which empties the spool. */
function drain(spool: Spool): number[][] {
  const drained: number[][] = []
  for (let first = spool.first(); first !== null; first = spool.first()) {
    drained.push((JSON.parse(first.body) as Batch).facts.map(({ sequence }) => sequence))
    spool.shift()
  }
  return drained
}

const size = (...batch: ((at: number) => Observation)[]): number => {
  const spool = createMemorySpool({ log: createRecordedLog() })
  fill(spool, batch)
  return spool.bytes
}
const agent = () => AGENT

describe('a spool without room', () => {
  const all = 2 * size(ok, dark) + size(agent, ok)
  const withoutOks = 2 * size(dark) + size(agent)
  test.each<[string, number, number[][], { facts: number; from: number; to: number } | null]>([
    [
      'drops nothing while all fits',
      all,
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      null,
    ],
    ['drops the oldest ok first', all - 1, [[2], [3, 4], [5, 6]], { facts: 1, from: 1, to: 1 }],
    ['then the next ok', all - 2 * (size(ok, dark) - size(dark)), [[2], [4], [5, 6]], { facts: 2, from: 1, to: 3 }],
    ['then the oldest of the rest', withoutOks - 1, [[2], [4]], { facts: 4, from: 1, to: 6 }],
    ['then the oldest failures', size(dark), [[4]], { facts: 5, from: 1, to: 6 }],
  ])('%s', (_, bytes, left, loss) => {
    const spool = createMemorySpool({ log: createRecordedLog(), bytes })
    fill(spool, [ok, dark], [ok, dark], [agent, ok])
    expect({ loss: spool.loss, dropped: spool.dropped }).toEqual({
      loss: loss && { ...loss, reasons: [NO_ROOM] },
      dropped: loss?.facts ?? 0,
    })
    expect(drain(spool)).toEqual(left)
    expect(spool.bytes).toBe(0)
  })

  test('leaves the batch that is under way as it is', () => {
    const spool = createMemorySpool({ log: createRecordedLog(), bytes: size(ok, dark) })
    fill(spool, [ok, ok])
    const before = spool.first()
    fill(spool, [ok, dark], [ok, dark])
    expect(spool.first()).toEqual(before)
  })

  test('does not forget of when a gap told that has to give way itself', () => {
    const spool = createMemorySpool({ log: createRecordedLog(), bytes: 1 })
    fill(spool, [() => ({ kind: 'gap', scope: 'spool', from: 100, to: 200, reason: '' })])
    expect(spool.loss).toMatchObject({ facts: 1, from: 100, to: 200 })
  })

  test('knows what is lost until that is told', () => {
    const spool = createMemorySpool({ log: createRecordedLog(), bytes: 1 })
    fill(spool, [ok])
    spool.forgive()
    expect(spool.loss).toBeNull()
    expect(spool.dropped).toBe(1)
  })
})

describe('a spool of the usual size', () => {
  test('holds what an agent with 40 plans at 1 s sees in 30 minutes', () => {
    const spool = createMemorySpool({ log: createRecordedLog() })
    const gatherer = createGatherer({ cluster: 'kind', source: 'agent/kind-worker', boot: crypto.randomUUID() })
    for (let round = 0; round < 360; round += 1) {
      const at = 1_700_000_000_000 + round * 5000
      for (let plan = 0; plan < 40; plan += 1) gatherer.add(runOfFive(plan, at), at)
      gatherer.add(AGENT, at)
      const made = gatherer.cut()
      if (made !== null) spool.push(made)
    }
    expect(spool.dropped).toBe(0)
    expect(spool.bytes).toBeLessThan(32 * 1024 * 1024)
    expect(spool.bytes).toBeGreaterThan(4 * 1024 * 1024) // what is counted is no toy
  })

  test('holds as long if every single probe fails', () => {
    const spool = createMemorySpool({ log: createRecordedLog() })
    const gatherer = createGatherer({ cluster: 'kind', source: 'agent/kind-worker', boot: crypto.randomUUID() })
    for (let second = 0; second < 1800; second += 1) {
      const at = 1_700_000_000_000 + second * 1000
      for (let plan = 0; plan < 40; plan += 1) {
        const made = gatherer.add(outcome({ startedAt: at + plan, symptom: 'silent', failedIn: 'first_byte' }), at)
        if (made !== null) spool.push(made)
      }
    }
    expect(spool.dropped).toBe(0)
  })
})

function runOfFive(plan: number, at: number): Observation {
  const fields: Partial<Outcome> = {
    target: `service:some-namespace/some-service-${plan}:8080`,
    startedAt: at,
    run: { count: 5, until: at + 4000, durationsMs: [1.234, 12.345, 2.345, 3.456, 4.567] },
  }
  return outcome(fields)
}

describe('a spool in a folder', () => {
  test('is there again after a restart, with its order and what else was kept', () => {
    const folder = join(newFolder(), 'made')
    const first = createFolderSpool(folder, { log: createRecordedLog() })
    fill(first, [ok, ok], [dark], [agent])
    first.keep('orders', '{"version":3}')
    const second = createFolderSpool(folder, { log: createRecordedLog() })
    expect(second.bytes).toBe(first.bytes)
    expect(second.kept('orders')).toBe('{"version":3}')
    fill(second, [ok])
    expect(drain(second)).toEqual([[1, 2], [3], [4], [1]])
    expect(readdirSync(folder)).toEqual(['orders'])
  })

  test('still knows what was lost', () => {
    const folder = newFolder()
    fill(createFolderSpool(folder, { log: createRecordedLog(), bytes: 1 }), [ok], [ok])
    const { loss, dropped } = createFolderSpool(folder, { log: createRecordedLog() })
    expect({ loss, dropped }).toEqual({ loss: { facts: 2, from: 1, to: 2, reasons: [NO_ROOM] }, dropped: 0 })
  })

  test('skips a file that was cut in the middle, says so and keeps the others', () => {
    const folder = newFolder()
    fill(createFolderSpool(folder, { log: createRecordedLog() }), [ok], [dark], [agent])
    const [, cut = ''] = readdirSync(folder)
    writeFileSync(join(folder, cut), readFileSync(join(folder, cut)).subarray(0, 100))
    const log = createRecordedLog()
    expect(drain(createFolderSpool(folder, { log }))).toEqual([[1], [3]])
    expect(log.messages).toEqual(['a batch in the spool is cut off, going on without it'])
    expect(existsSync(join(folder, cut))).toBe(false)
  })

  test.each([
    ['holds no facts', '{"source":"s","facts":[null]}'],
    ['holds a fact without an observation', '{"source":"s","facts":[{"at":1}]}'],
    ['holds an outcome without its outcome', '{"source":"s","facts":[{"at":1,"observed":{"kind":"outcome"}}]}'],
    ['is a folder', null],
    ['is a link to itself', ''],
  ])('goes on without a batch that %s', (_, text) => {
    const folder = newFolder()
    fill(createFolderSpool(folder, { log: createRecordedLog() }), [ok], [dark])
    const [first = ''] = readdirSync(folder)
    const path = join(folder, first)
    rmSync(path)
    if (text === null) mkdirSync(path)
    else if (text === '') symlinkSync(first, path)
    else writeFileSync(path, text)
    const log = createRecordedLog()
    expect(drain(createFolderSpool(folder, { log }))).toEqual([[2]])
    expect(log.messages).toHaveLength(1)
  })

  test('knows of no loss where that file holds something else', () => {
    const folder = newFolder()
    fill(createFolderSpool(folder, { log: createRecordedLog(), bytes: 1 }), [ok])
    const [loss = ''] = readdirSync(folder)
    writeFileSync(join(folder, loss), '{"facts":"many"}')
    expect(createFolderSpool(folder, { log: createRecordedLog() }).loss).toBeNull()
  })

  test('writes through no link that somebody laid where a file is being written', () => {
    const folder = newFolder()
    const victim = join(newFolder(), 'victim')
    writeFileSync(victim, 'mine')
    symlinkSync(victim, join(folder, 'a.batch.part'))
    createFolderShelf(folder).write('a.batch', 'x')
    expect(readFileSync(victim, 'utf8')).toBe('mine')
  })

  test('goes on without a file that somebody took away', () => {
    const folder = newFolder()
    const log = createRecordedLog()
    const spool = createFolderSpool(folder, { log })
    fill(spool, [ok], [dark])
    rmSync(join(folder, readdirSync(folder)[0] ?? ''))
    expect(drain(spool)).toEqual([[2]])
    expect(log.messages).toEqual(['a batch is gone from the spool, going on without it'])
  })

  test('counts what cannot be written as lost, and says so', () => {
    const folder = newFolder()
    const log = createRecordedLog()
    const spool = createFolderSpool(folder, { log })
    rmSync(folder, { recursive: true })
    fill(spool, [ok, dark])
    folders.pop()
    expect({ batches: spool.batches, dropped: spool.dropped }).toEqual({ batches: 0, dropped: 2 })
    expect(log.messages).toContain('the spool cannot be changed: a new batch')
  })
})

test('no name of a text leads out of the folder of a spool', () => {
  const outer = newFolder()
  const shelf = createFolderShelf(join(outer, 'spool'))
  writeFileSync(join(outer, 'letter'), 'dear')
  const parts = fc.array(fc.constantFrom('..', '.', '/', '\\', 'a', 'letter', '\0', '\n', '-'), { maxLength: 8 })
  const names = fc.oneof(
    parts.map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 120 }),
  )
  fc.assert(
    fc.property(names, fc.constantFrom('write', 'read', 'remove'), (name, what) => {
      const use = () => (what === 'write' ? shelf.write(name, 'text') : shelf[what as 'read' | 'remove'](name))
      if (/^[a-z0-9][a-z0-9.-]*$/.test(name) && name.length <= 101) use()
      else expect(use).toThrow(/is no name in a spool/)
      expect(readdirSync(outer)).toEqual(['letter', 'spool'])
      expect(readFileSync(join(outer, 'letter'), 'utf8')).toBe('dear')
    }),
  )
})
