import { afterEach, describe, expect, test } from '@jest/globals'
import { type Archive, openArchive } from '../../src/archive/archive.ts'
import { openStore } from '../../src/index.ts'
import type { DamagedRow } from '../../src/store/damage.ts'
import { DatabaseSync } from 'node:sqlite'
import { epoch, incident, stateChange, T0 } from '../store/examples.ts'
import { temporaryFolder } from '@portolan/testing'

const file = temporaryFolder()
let opened: Archive[] = []

async function open(...given: Parameters<typeof openArchive>): Promise<Archive> {
  const archive = await openArchive(...given)
  opened.push(archive)
  return archive
}

afterEach(async () => {
  for (const archive of opened) await archive.close()
  opened = []
})

const textOf = async (answer: Promise<Uint8Array>) => JSON.parse(new TextDecoder().decode(await answer))

describe.each([
  ['in threads', () => file('s.db')],
  ['in memory', () => ':memory:'],
])('%s', (_, path) => {
  test('what is written can be read at once, and answered', async () => {
    const archive = await open(path())
    const [entry] = await archive.write({ changes: [stateChange(T0)], incidents: [incident('i1')] })
    expect(entry).toEqual({ id: 1, change: stateChange(T0) })
    expect(await archive.timeline({ limit: 10 })).toEqual([entry])
    expect(await textOf(archive.answer('incidents', { limit: 10, now: T0 }))).toMatchObject({
      incidents: [{ id: 'i1' }],
    })
  })

  test('an answer that would be too long is refused, and others go on', async () => {
    const archive = await open(path())
    const summary = 'x'.repeat(100_000)
    const incidents = Array.from({ length: 200 }, (_, n) => incident(`i${n}`, { summary }))
    await archive.write({ incidents })
    await expect(archive.answer('incidents', { limit: 1000, now: T0 })).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/longer than 16 MiB: ask for a shorter time, fewer ports or a lower limit/),
    })
    expect((await textOf(archive.answer('incidents', { limit: 1, now: T0 }))).incidents).toHaveLength(1)
  })
})

test('a hundred questions at once: most are refused at once', async () => {
  const archive = await open(file('s.db'))
  await archive.write({ changes: [stateChange(T0)] })
  const asked = Array.from({ length: 100 }, () =>
    archive.timeline({ limit: 1 }).then(
      () => 200,
      ({ status }: { status: number }) => status,
    ),
  )
  const statuses = await Promise.all(asked)
  expect(statuses.filter((status) => status === 503)).toHaveLength(100 - 32)
  expect(statuses.filter((status) => status === 200)).toHaveLength(32)
  expect(await archive.timeline({ limit: 1 })).toHaveLength(1)
})

describe('rows that are longer than anything that Portolan writes', () => {
  /** Each of the incidents is 100 KB long. */
  async function openHuge(incidents: number, huge: object): Promise<Archive> {
    const path = file('s.db')
    const archive = await open(path)
    const database = new DatabaseSync(path)
    const body = JSON.stringify({ ...incident('x'), ...huge })
    const insert = database.prepare(
      `INSERT INTO incidents (cluster, id, target, opened_at, closed_at, body) VALUES ('dev', ?, 'host:30080', ?, NULL, ?)`,
    )
    database.exec('BEGIN')
    for (let n = 0; n < incidents; n += 1) insert.run(`i${n}`, T0, body)
    database.exec('COMMIT')
    database.close()
    return archive
  }

  async function expectToGoOn(archive: Archive): Promise<void> {
    await archive.write({ changes: [stateChange(T0)] })
    expect(await archive.timeline({ limit: 10 })).toHaveLength(1)
  }

  test('are not read to the end: the answer would be too long', async () => {
    const archive = await openHuge(400, { summary: 'y'.repeat(100_000) })
    await expect(archive.answer('incidents', { limit: 10_000, now: T0 })).rejects.toMatchObject({ status: 400 })
    await expectToGoOn(archive)
  })

  test('end the thread that draws them, and nothing else', async () => {
    const archive = await openHuge(3000, { symptoms: { ['z'.repeat(100_000)]: 'silent' } })
    const query = { from: T0, to: T0 + 1000, resolutionMs: 0, current: [], targets: ['host:30080'] }
    await archive.write({ epochs: [epoch('e1')] })
    await expect(archive.answer('lanes', query)).rejects.toMatchObject({
      status: 503,
      message: expect.stringMatching(/the thread that reads the store failed: .*memory/),
    })
    await expectToGoOn(archive)
  })
})

test('a second writer is refused with its reason, and the place is free after the end of the first', async () => {
  const path = file('s.db')
  const first = await open(path)
  await expect(openArchive(path)).rejects.toMatchObject({
    code: 'store_unusable',
    message: expect.stringContaining('in use'),
    hint: expect.stringContaining('choose another file'),
  })
  await first.close()
  await first.close()
  await expect(first.timeline({ limit: 1 })).rejects.toThrow('the store is closed')
  await open(path)
})

test('a damaged row is named in the thread that asked', async () => {
  const path = file('s.db')
  const store = await openStore(path)
  await store.write({ changes: [stateChange(T0), stateChange(T0 + 1)] })
  store.close()
  const database = new DatabaseSync(path)
  database.exec(`UPDATE timeline SET body = json_set(body, '$.at', 'never') WHERE id = 1`)
  database.close()
  const damaged: DamagedRow[] = []
  const archive = await open(path, undefined, (row) => damaged.push(row))
  expect(await archive.timeline({ limit: 10 })).toHaveLength(1)
  expect(damaged).toMatchObject([{ table: 'timeline', id: '1' }])
})
