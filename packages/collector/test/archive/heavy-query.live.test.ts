import { afterEach, describe, expect, test } from '@jest/globals'
import { steadyClock } from '@portolan/runtime'
import { openStore } from '../../src/index.ts'
import { type RunningCollector, startCollector } from '../running-collector.ts'
import { stateChange, T0 } from '../store/examples.ts'
import { temporaryFolder } from '@portolan/testing'

const file = temporaryFolder()
let running: RunningCollector[] = []

afterEach(async () => {
  for (const { collector } of running) await collector.stop()
  running = []
})

/** A collector whose timeline has so many entries, of one port. */
async function startWith(entries: number): Promise<RunningCollector> {
  const path = file('heavy.db')
  const store = await openStore(path)
  await store.write({ changes: Array.from({ length: entries }, (_, n) => stateChange(T0 + n)) })
  store.close()
  const one = await startCollector({ store: path })
  running.push(one)
  return one
}

/** Each entry is compared with each of a thousand ports, and none is found. */
const OTHER_PORTS = Array.from({ length: 1000 }, (_, n) => `host:${n + 1}`).join()
const HEAVY = `/api/v1/timeline?targets=${OTHER_PORTS}`

/** Does something each 5 ms, as a probe is started when its time has come. @returns the most that it was late, ms */
function watchLateness(): () => number {
  let most = 0
  let dueAt = steadyClock.monotonic() + 5
  let cancel = steadyClock.after(5, turn)
  function turn(): void {
    most = Math.max(most, steadyClock.monotonic() - dueAt)
    dueAt = steadyClock.monotonic() + 5
    cancel = steadyClock.after(5, turn)
  }
  return () => {
    cancel()
    return Math.max(most, steadyClock.monotonic() - dueAt)
  }
}

describe('a query that takes long', () => {
  test('delays neither the probes nor what is stored meanwhile', async () => {
    const one = await startWith(20_000)
    await one.get('/api/v1/timeline?limit=1')
    const lateness = watchLateness()
    const askedAt = steadyClock.monotonic()
    const heavy = one.get(HEAVY)
    one.goDark()
    await one.collector.flush()
    const storedAfter = steadyClock.monotonic() - askedAt
    const { status, body } = await heavy
    const tookMs = steadyClock.monotonic() - askedAt
    expect({ status, entries: body.entries }).toEqual({ status: 200, entries: [] })
    expect(lateness() / tookMs).toBeLessThan(1 / 3)
    expect(storedAfter / tookMs).toBeLessThan(1 / 3)
  })
})
