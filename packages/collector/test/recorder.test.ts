import { describe, expect, test } from '@jest/globals'
import { systemClock } from '@portolan/runtime'
import { createFakeClock, createRecordedLog } from '@portolan/testing'
import { createGuard } from '../src/guard.ts'
import { createRecorder } from '../src/recorder.ts'
import { openStore } from '../src/store/open.ts'
import type { Batch, Store, TimelineEntry } from '../src/store/store.ts'
import { fact, gap, incident, stateChange, T0 } from './store/examples.ts'

/** A store that answers a write when it is allowed to. */
async function setUpHanging() {
  const real = await openStore(':memory:')
  const clock = createFakeClock()
  const answered = Promise.withResolvers<void>()
  const log = createRecordedLog()
  async function write(batch: Batch): Promise<TimelineEntry[]> {
    await answered.promise
    return real.write(batch)
  }
  const recorder = createRecorder({ store: { write }, clock, log, guard: createGuard(() => {}), onStored() {} })
  /** The write is under way. */
  async function begun(): Promise<void> {
    clock.advance(500)
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }

  return { recorder, clock, log, begun, store: real, answer: answered.resolve }
}

/** A store whose disk can be full. */
async function setUp(hear: () => void = () => {}) {
  const real = await openStore(':memory:')
  let full = false
  const batches: Batch[] = []
  const store: Store = {
    ...real,
    async write(batch) {
      if (full) throw new Error('the disk is full')
      batches.push(batch)
      return real.write(batch)
    },
  }
  const stored: TimelineEntry[] = []
  const log = createRecordedLog()
  const thrown: string[] = []
  const guard = createGuard((listener, error) => void thrown.push(`${listener}: ${(error as Error).message}`))
  function onStored(entries: TimelineEntry[]): void {
    stored.push(...entries)
    hear()
  }
  const recorder = createRecorder({ store, clock: systemClock, log, guard, onStored })
  return { store, thrown, recorder, batches, stored, log, fill: (yes: boolean) => void (full = yes) }
}

describe('the recorder', () => {
  test('writes many things at once, in their order', async () => {
    const { recorder, batches, store } = await setUp()
    recorder.fact(fact(1))
    recorder.change(stateChange(T0))
    recorder.fact(fact(2))
    recorder.incident(incident('i1'))
    recorder.incident(incident('i1', { closedAt: T0 }))
    await recorder.flush()
    expect(batches).toHaveLength(1)
    expect((await store.facts({ limit: 10 })).map((one) => one.fact.sequence)).toEqual([1, 2])
    expect(await store.incidents({ limit: 10 })).toEqual([incident('i1', { closedAt: T0 })])
  })

  test('tells of changes once they are safe', async () => {
    const { recorder, stored } = await setUp()
    recorder.change(stateChange(T0))
    expect(stored).toEqual([])
    await recorder.flush()
    expect(stored).toEqual([{ id: 1, change: stateChange(T0) }])
  })

  test('keeps everything while the disk is full, says so once, and writes it when it can', async () => {
    const { recorder, store, fill, log } = await setUp()
    fill(true)
    recorder.fact(fact(1))
    recorder.incident(incident('i1'))
    await recorder.flush()
    recorder.fact(fact(2))
    recorder.incident(incident('i1', { closedAt: T0 }))
    await recorder.flush()
    expect(recorder.fault()).toBe('the disk is full')
    fill(false)
    await recorder.flush()
    expect(recorder.fault()).toBeNull()
    expect((await store.facts({ limit: 10 })).map((one) => one.fact.sequence)).toEqual([1, 2])
    expect(await store.incidents({ limit: 10 })).toEqual([incident('i1', { closedAt: T0 })])
    expect(log.messages).toEqual([
      'the store does not take what happens, which is kept in memory until it does',
      'the store takes what happens again',
    ])
  })

  test('says when a write has no answer for 10 s, and that it is over once there is one', async () => {
    const { recorder, clock, store, log, begun, answer } = await setUpHanging()
    recorder.fact(fact(1))
    await begun()
    clock.advance(9000)
    recorder.fact(fact(2))
    expect(recorder.fault()).toBeNull()
    clock.advance(1000)
    expect(recorder.fault()).toBe('the store has not answered for 10 s: its disk may hang')
    answer()
    await recorder.flush()
    expect(recorder.fault()).toBeNull()
    expect((await store.facts({ limit: 10 })).map((one) => one.fact.sequence)).toEqual([1, 2])
    expect(log.messages).toEqual([
      'the store does not take what happens, which is kept in memory until it does',
      'the store takes what happens again',
    ])
    expect(clock.pending()).toBe(0)
  })

  test('keeps a bounded number of the last things of each kind while a write has no answer', async () => {
    const { recorder, store, begun, answer } = await setUpHanging()
    recorder.incident(incident('first'))
    await begun()
    for (let number = 1; number <= 120_000; number += 1) recorder.fact(fact(number))
    for (let number = 1; number <= 12_000; number += 1) {
      recorder.change(stateChange(T0 + number))
      recorder.incident(incident(`i${number}`))
    }
    answer()
    await recorder.flush()
    const kept = (await store.facts({ limit: 200_000 })).map((one) => one.fact.sequence)
    expect(kept.length).toBeLessThanOrEqual(100_000)
    expect(kept.at(-1)).toBe(120_000)
    const changes = await store.timeline({ limit: 20_000 })
    expect(changes.length).toBeLessThanOrEqual(10_000)
    expect(changes.at(-1)?.change.at).toBe(T0 + 12_000)
    const incidents = await store.incidents({ limit: 20_000 })
    expect(incidents.length).toBeLessThanOrEqual(10_001)
    expect(incidents.map(({ id }) => id)).toContain('i12000')
  })

  test('a listener that fails makes no failed write, and nothing is stored twice', async () => {
    const { recorder, store, thrown, log } = await setUp(() => {
      throw new Error('nobody can tell that time')
    })
    recorder.change(gap(T0))
    await recorder.flush()
    recorder.change(stateChange(T0))
    await recorder.flush()
    await recorder.flush()
    expect(recorder.fault()).toBeNull()
    expect((await store.timeline({ limit: 10 })).map(({ change }) => change)).toEqual([gap(T0), stateChange(T0)])
    expect(thrown).toEqual(Array(2).fill('what is stored: nobody can tell that time'))
    expect(log.messages).toEqual([])
  })

  test.each([
    ['a change', 1e300],
    ['a change', Number.NaN],
  ])('%s at %d, which no store takes, keeps nothing else out of it', async (_, at) => {
    const { recorder, store } = await setUp()
    recorder.change(stateChange(at))
    recorder.change(stateChange(T0))
    recorder.incident(incident('i1', { openedAt: at }))
    recorder.incident(incident('i2'))
    await recorder.flush()
    expect(recorder.fault()).toBeNull()
    expect((await store.timeline({ limit: 10 })).map(({ change }) => change)).toEqual([stateChange(T0)])
    expect((await store.incidents({ limit: 10 })).map(({ id }) => id)).toEqual(['i2'])
  })
})
