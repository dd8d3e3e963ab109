import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from '@jest/globals'
import { createFakeClock, temporaryFolder } from '@portolan/testing'
import { openStoreReader } from '../src/index.ts'
import { type RunningCollector, startCollector } from './running-collector.ts'

const file = temporaryFolder()
let second: RunningCollector | undefined
let victim: ChildProcess | undefined
afterEach(async () => {
  victim?.kill('SIGKILL')
  await second?.collector.stop()
})

/** Kills the collector in the midst of its work. @returns what it last said was safe */
async function killOne(store: string): Promise<{ sequence: number; incident: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), store], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  victim = child
  let last = { sequence: 0, incident: null as string | null }
  let whileOpen = 0
  createInterface(child.stdout).on('line', (line) => {
    last = JSON.parse(line) as typeof last
    if (last.incident !== null) whileOpen += 1
    if (whileOpen === 100) child.kill('SIGKILL')
  })
  await once(child, 'close')
  expect(child.signalCode).toBe('SIGKILL')
  return { sequence: last.sequence, incident: last.incident ?? '' }
}

test('after kill -9 every acknowledged fact is there, the incident is still open, and the gap is marked', async () => {
  const store = file('store.db')
  const safe = await killOne(store)

  const clock = createFakeClock()
  clock.advance(Date.now() + 60_000 - clock.now())
  second = await startCollector({ store }, 'second', clock)
  const reader = openStoreReader(store)
  const facts = await reader.facts({ cluster: 'dev', limit: 1_000_000 })
  const [view] = await reader.views()
  const probed = facts.filter(({ fact }) => fact.source === 'prober').map(({ fact }) => fact)
  const counts = probed.map(({ observed }) => (observed.kind === 'outcome' ? (observed.outcome.run?.count ?? 1) : 1))
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(safe.sequence)
  for (const ofStream of Object.values(Object.groupBy(probed, ({ boot }) => boot))) {
    const numbers = ofStream?.map(({ sequence }) => sequence)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  }

  second.take(...second.story.found())
  expect(second.collector.incidents()).toMatchObject([{ id: safe.incident, closedAt: null }])
  expect(await second.told('gap')).toMatchObject({ from: view?.lastAt, to: clock.now() })
  second.comeBack()
  expect(await second.told('incident.closed')).toMatchObject({ incident: { id: safe.incident } })
  reader.close()
})
