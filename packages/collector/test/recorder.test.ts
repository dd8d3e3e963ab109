import { describe, expect, test } from '@jest/globals'
import { systemClock } from '@portolan/runtime'
import { createRecorder } from '../src/recorder.ts'
import { openStore } from '../src/store/open.ts'
import type { Batch, Store, TimelineEntry } from '../src/store/store.ts'
import { recordedLog } from './recorded-log.ts'
import { fact, incident, stateChange, T0 } from './store/examples.ts'

/** A store whose disk can be full. */
async function setUp() {
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
  const log = recordedLog()
  const onStored = (entries: TimelineEntry[]) => void stored.push(...entries)
  const recorder = createRecorder({ store, clock: systemClock, log, onStored })
  return { store, recorder, batches, stored, log, fill: (yes: boolean) => void (full = yes) }
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
})
