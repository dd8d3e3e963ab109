import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from '@jest/globals'
import { temporaryFolder } from '@portolan/testing'
import { openStore, openStoreReader } from '../../../src/store/open.ts'
import { epoch, fact, incident, placementChange, stateChange, T0 } from '../examples.ts'

const file = temporaryFolder()

function database(path: string, sql: string): void {
  const made = new DatabaseSync(path)
  made.exec(sql)
  made.close()
}

describe('opening a store', () => {
  test('keeps what was there', async () => {
    const first = await openStore(file('s.db'))
    await first.write({ facts: [fact(1)] })
    first.close()
    const second = await openStore(file('s.db'))
    expect(await second.facts({ limit: 10 })).toHaveLength(1)
    second.close()
  })

  test('is for its owner alone, and takes an older one from the others', async () => {
    const modes = () =>
      ['s.db', 's.db-wal', 's.db-shm', 's.db.lock'].map((name) => (statSync(file(name)).mode & 0o777).toString(8))
    const first = await openStore(file('s.db'))
    await first.write({ facts: [fact(1)] })
    expect(modes()).toEqual(['600', '600', '600', '600'])
    first.close()
    for (const name of ['s.db', 's.db.lock']) chmodSync(file(name), 0o644)
    const second = await openStore(file('s.db'))
    await second.write({ facts: [fact(2)] })
    expect(modes()).toEqual(['600', '600', '600', '600'])
    second.close()
  })

  test.each([
    ['a trigger', 'CREATE TRIGGER spoil AFTER INSERT ON timeline BEGIN DELETE FROM timeline; END'],
    ['a view', 'CREATE VIEW spoil AS SELECT 1'],
  ])('refuses a store that holds %s of somebody else', async (_, statement) => {
    const made = await openStore(file('s.db'))
    made.close()
    database(file('s.db'), statement)
    await expect(openStore(file('s.db'))).rejects.toThrow(/holds spoil, which Portolan did not make/)
  })

  test("leaves another program's database as it is", async () => {
    database(file('s.db'), 'CREATE TABLE cats (name)')
    chmodSync(file('s.db'), 0o644)
    await expect(openStore(file('s.db'))).rejects.toThrow(/of another program/)
    expect(statSync(file('s.db')).mode & 0o777).toBe(0o644)
  })

  test('goes on with a store of before lanes were drawn from indices alone', async () => {
    const first = await openStore(file('s.db'))
    const changes = [stateChange(T0), placementChange(T0 + 5, ['host:30080', 'host:1'])]
    await first.write({ changes, incidents: [incident('i1')], epochs: [epoch('e1')] })
    const range = { from: T0, to: T0 + 10 }
    const query = { ...range, targets: await first.targets(range) }
    const told = await first.histories(query)
    first.close()
    expect(told).toMatchObject([{ moves: [{ at: T0 + 5 }] }])
    database(
      file('s.db'),
      `DROP TABLE pages; DROP INDEX drawn_states; DROP TABLE moves; DROP TRIGGER moves_made; DROP TRIGGER moves_gone; DROP INDEX drawn_gaps; DROP INDEX drawn_outages; DROP INDEX drawn_epochs; DROP INDEX drawn_events;
       CREATE INDEX states_by_target ON timeline (cluster, target, at) WHERE json_extract(body, '$.type') = 'target.state';
       CREATE INDEX drawn_by_time ON timeline (at) WHERE json_extract(body, '$.type') IN ('target.state', 'placement.changed', 'gap');
       ALTER TABLE clusters DROP COLUMN portless; PRAGMA user_version = 6;`,
    )
    const reader = openStoreReader(file('s.db'))
    expect(await reader.histories(query)).toEqual(told)
    reader.close()
    const second = await openStore(file('s.db'))
    expect(await second.histories(query)).toEqual(told)
    second.close()
  })

  test.each([
    [
      'a file that is no database',
      () => writeFileSync(file('s.db'), 'a text '.repeat(1000)),
      /is not a Portolan store/,
    ],
    ["another program's database", () => database(file('s.db'), 'CREATE TABLE cats (name)'), /of another program/],
    [
      "a newer Portolan's store",
      () => database(file('s.db'), 'PRAGMA application_id = 0x706f7274; PRAGMA user_version = 999; CREATE TABLE x (y)'),
      /was written by a newer Portolan/,
    ],
  ])('%s is not touched', async (_, make, message) => {
    make()
    const expected = { code: 'store_unusable', message: expect.stringMatching(message), hint: expect.any(String) }
    await expect(openStore(file('s.db'))).rejects.toMatchObject(expected)
    expect(() => openStoreReader(file('s.db'))).toThrow(expect.objectContaining(expected))
  })

  test('a folder that does not exist is named', async () => {
    await expect(openStore(file('no/s.db'))).rejects.toMatchObject({
      code: 'store_unusable',
      message: `the store ${file('no/s.db')} cannot be opened or written to`,
      hint: expect.stringContaining('folder'),
    })
  })

  test('reading where nothing was ever kept says what to do first', () => {
    expect(() => openStoreReader(file('s.db'))).toThrow(
      expect.objectContaining({ code: 'store_unusable', hint: expect.stringContaining('portolan watch') }),
    )
  })

  test('a second writer is told who the first one is', async () => {
    const first = await openStore(file('s.db'))
    await first.introduce({ pid: 4711, startedAt: 0, url: 'http://127.0.0.1:9300' })
    await expect(openStore(file('s.db'))).rejects.toMatchObject({
      code: 'store_unusable',
      message: `the store ${file('s.db')} is in use by another Portolan (process 4711, http://127.0.0.1:9300)`,
      hint: expect.stringContaining('kill 4711'),
    })
    first.close()
    const second = await openStore(file('s.db'))
    second.close()
  })

  test('a writer that was killed leaves no lock behind', async () => {
    const program = `
      import { openStore } from ${JSON.stringify(new URL('../../../src/store/open.ts', import.meta.url).href)}
      const store = await openStore(${JSON.stringify(file('s.db'))})
      console.log('open')
      setInterval(() => store, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await expect(openStore(file('s.db'))).rejects.toMatchObject({ code: 'store_unusable' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = await openStore(file('s.db'))
    store.close()
  })
})
