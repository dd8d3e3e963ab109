import { describe, expect, test } from '@jest/globals'
import { systemClock } from '@portolan/runtime'
import { createRecordedLog } from '@portolan/testing'
import { createGuard } from '../src/guard.ts'
import { createRecorder } from '../src/recorder.ts'
import { openStore } from '../src/store/open.ts'
import type { Batch, Store, TimelineEntry } from '../src/store/store.ts'
import { fact, gap, incident, stateChange, T0 } from './store/examples.ts'

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
      'the store does not take what happens, trying again every second',
      'the store takes what happens again',
    ])
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
