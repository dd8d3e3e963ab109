import { closeSync, copyFileSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createCollector, type DamagedRow, openStore, openStoreReader } from '../../../src/index.ts'
import { createFakeClock, silentLog, temporaryFolder } from '@portolan/testing'
import { epoch, fact, incident, stateChange, T0 } from '../examples.ts'

const PAGE = 4096
const MANY = Array.from({ length: 60 }, (_, index) => index)
const file = temporaryFolder()
let whole = ''

beforeEach(async () => {
  whole = file('whole.db')
  const store = await openStore(whole)
  await store.write({
    facts: MANY.map((index) => fact(index + 1)),
    changes: MANY.map((index) => stateChange(T0 + index)),
    epochs: MANY.map((index) => epoch(`e${index}`, { startedAt: T0 + index })),
    incidents: MANY.map((index) => incident(`i${index}`, { openedAt: T0 + index, closedAt: T0 + 1000 })),
  })
  store.close()
  const database = new DatabaseSync(whole)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
})

const DAMAGES: [string, (page: Buffer) => void][] = [
  ['zeros', (page) => page.fill(0)],
  ['ones', (page) => page.fill(0xff)],
  ['zeros in its middle', (page) => page.fill(0, PAGE / 4, (3 * PAGE) / 4)],
  ['letters at its end', (page) => page.fill('A', PAGE / 2)],
]

/** A copy whose page of this number, from 1, is damaged. */
function damaged(number: number, damage: (page: Buffer) => void): string {
  const copy = file('damaged.db')
  copyFileSync(whole, copy)
  const at = (number - 1) * PAGE
  const page = Buffer.from(readFileSync(whole).subarray(at, at + PAGE))
  damage(page)
  const descriptor = openSync(copy, 'r+')
  writeSync(descriptor, page, 0, PAGE, at)
  closeSync(descriptor)
  return copy
}

/** What is answered, and whether anything was said of it. */
async function ask(path: string): Promise<{ answer: string[]; isSaid: boolean }> {
  const rows: DamagedRow[] = []
  try {
    const reader = openStoreReader(path, (row) => rows.push(row))
    try {
      const answers = [
        await reader.incidents({ limit: 1000 }),
        await reader.incidents({ from: T0 + 500, limit: 1000 }),
        await reader.incidents({ state: 'open', limit: 1000 }),
        await reader.epochs({ limit: 1000 }),
        await reader.timeline({ limit: 1000 }),
        await reader.facts({ limit: 1000 }),
      ]
      return { answer: answers.map((one) => JSON.stringify(one)), isSaid: rows.length > 0 }
    } finally {
      reader.close()
    }
  } catch (error) {
    expect(error).toMatchObject({ name: 'PortolanError', code: 'store_unusable' })
    return { answer: [], isSaid: true }
  }
}

describe('a store of which a page holds', () => {
  test.each(DAMAGES)('%s answers as before, or says what is wrong', async (_, damage) => {
    const { answer: before } = await ask(whole)
    const silent: number[] = []
    let said = 0
    for (let page = 1; page <= statSync(whole).size / PAGE; page += 1) {
      const { answer, isSaid } = await ask(damaged(page, damage))
      if (isSaid) said += 1
      else if (JSON.stringify(answer) !== JSON.stringify(before)) silent.push(page)
    }
    expect(silent).toEqual([])
    expect(said).toBeGreaterThan(5)
  })

  // Each page in one of the ways: a collector opens the store in a thread of its own, which takes a while.
  test.each(DAMAGES)('%s starts no collector that would hide it', async (_, damage) => {
    const pages = statSync(whole).size / PAGE
    const first = DAMAGES.findIndex(([, one]) => one === damage)
    for (let page = 2 + first; page <= pages; page += DAMAGES.length) {
      const store = damaged(page, damage)
      const collector = createCollector({
        store,
        listen: null,
        clock: createFakeClock(),
        log: silentLog,
        onAssign() {},
        onBurst() {},
        onChange() {},
      })
      try {
        await collector.start()
        await collector.stop()
      } catch (error) {
        expect(error).toMatchObject({ name: 'PortolanError', code: 'store_unusable' })
      }
    }
  })
})
