import { afterEach, expect, test } from '@jest/globals'
import { startPostgres } from '@portolan/postgres'
import { openStore, openStoreReader } from '../../../src/store/open.ts'
import type { Store, StoreReader } from '../../../src/store/store.ts'
import { fact, stateChange, T0 } from '../examples.ts'
import { startBreakingWay } from './cut-connections.ts'
import { ask, describePostgres } from './postgres.ts'

let opened: Pick<StoreReader, 'close'>[] = []

async function open(...given: Parameters<typeof openStore>): Promise<Store> {
  const store = await openStore(...given)
  opened.push(store)
  return store
}

afterEach(() => {
  for (const store of opened) store.close()
  opened = []
})

describePostgres('a store in PostgreSQL', (postgres) => {
  test('keeps what was there', async () => {
    const url = await postgres.newDatabase()
    const first = await openStore(url)
    await first.write({ facts: [fact(1)] })
    first.close()
    const second = await reopened(url)
    expect(await second.facts({ limit: 10 })).toHaveLength(1)
  })

  test('is read by others while it is written', async () => {
    const url = await postgres.newDatabase()
    const store = await open(url)
    await store.write({ changes: [stateChange(T0)] })
    const reader = openStoreReader(url)
    opened.push(reader)
    expect(await reader.timeline({ limit: 10 })).toHaveLength(1)
  })

  test('in which nothing was ever kept says what to do first', async () => {
    const reader = openStoreReader(await postgres.newDatabase())
    opened.push(reader)
    await expect(reader.views()).rejects.toMatchObject({
      code: 'store_unusable',
      message: expect.stringMatching(/^no history yet/),
    })
  })

  test('names the writer that has it to a second one', async () => {
    const url = await postgres.newDatabase()
    const first = await open(url)
    await first.introduce({ pid: 4711, startedAt: 0, url: 'http://127.0.0.1:9300' })
    await expect(openStore(url)).rejects.toMatchObject({
      code: 'store_unusable',
      message: expect.stringMatching(/is in use by another Portolan \(process 4711, http:\/\/127\.0\.0\.1:9300\)$/),
    })
  })

  test('takes nothing more from a writer whose place another one took', async () => {
    const url = await postgres.newDatabase()
    const first = await open(url)
    await ask(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`,
    )
    const second = await open(url)
    await second.write({ changes: [stateChange(T0)] })
    await expect(first.write({ changes: [stateChange(T0 + 1)] })).rejects.toMatchObject({
      code: 'store_unusable',
      message: expect.stringMatching(/another Portolan writes to/),
    })
    expect(await second.timeline({ limit: 10 })).toHaveLength(1)
  })

  test('of a newer Portolan is not touched', async () => {
    const url = await postgres.newDatabase()
    const store = await openStore(url)
    store.close()
    await ask(url, `INSERT INTO portolan.kysely_migration (name, timestamp) VALUES ('9999-later', '')`)
    await expect(reopened(url)).rejects.toMatchObject({ message: expect.stringMatching(/written by a newer Portolan/) })
  })

  test.each([
    ['that refuses the password', (url: string) => url.replace('a%20password', 'hunter2'), /refuses this user/],
    ['that has no such database', (url: string) => `${url}_other`, /there is no such database/],
    ['that is not there', (url: string) => url.replace(/:\d+\//, ':1/'), /cannot be reached \(ECONNREFUSED\)/],
  ])('on a server %s says what to do, and tells no password', async (_, change, message) => {
    const given = change(await postgres.newDatabase())
    const error = await openStore(given).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'store_unusable', message: expect.stringMatching(message) })
    const { message: said, hint, cause } = error as Error & { hint: string }
    expect(`${said} ${hint} ${JSON.stringify(cause)} ${String(cause)}`).not.toMatch(
      /hunter2|a%20password|a password of/,
    )
  })

  test('is on the first of several servers that takes writes', async () => {
    const readOnly = await startPostgres({ settings: { default_transaction_read_only: 'on' } })
    try {
      const url = new URL(await postgres.newDatabase())
      const hosts = [`127.0.0.1:1`, `127.0.0.1:${readOnly.port}`, url.host]
      const store = await open(url.href.replace(url.host, hosts.join(',')))
      await store.write({ facts: [fact(1)] })
      expect(await ask(url.href, 'SELECT count(*)::int FROM portolan.facts')).toEqual([{ count: 1 }])
      await expect(openStore(readOnly.url())).rejects.toMatchObject({
        message: expect.stringMatching(/takes writes$/),
      })
    } finally {
      await readOnly.remove()
    }
  })

  test.each(['before the commit arrives', 'before its answer arrives'] as const)(
    'has each change once, where the connection breaks %s',
    async (when) => {
      const url = await postgres.newDatabase()
      const way = await startBreakingWay(postgres.server().port)
      try {
        const store = await open(url.replace(`:${postgres.server().port}/`, `:${way.port}/`))
        await store.write({ changes: [stateChange(T0)] })
        way.breakNext(when)
        const changes = [stateChange(T0 + 1)]
        // As the recorder does: what is refused is written again.
        const entries = await store.write({ changes }).catch(() => store.write({ changes }))
        await store.write({ changes: [stateChange(T0 + 2)] })
        const found = await store.timeline({ limit: 10 })
        expect(found.map(({ change }) => change.at - T0)).toEqual([0, 1, 2])
        expect(found[1]).toEqual(entries[0])
      } finally {
        await way.close()
      }
    },
  )

  test('leaves out what the database cannot take, names it, and keeps the rest', async () => {
    const damaged: string[] = []
    const store = await open(await postgres.newDatabase(), undefined, ({ table, why }) =>
      damaged.push(`${table}: ${why}`),
    )
    const nul = { ...stateChange(T0), target: 'host:\0' }
    await store.write({
      changes: [nul, stateChange(1e300), stateChange(T0 + 1)],
      facts: [fact(1, { receivedAt: 0.5 })],
    })
    expect((await store.timeline({ limit: 10 })).map(({ change }) => change.at)).toEqual([T0 + 1])
    expect(damaged).toHaveLength(3)
  })

  test('keeps an answer of a service with a NUL and half a character in it', async () => {
    const store = await open(await postgres.newDatabase())
    const reason = 'a \0 and \ud800'
    await store.write({ facts: [fact(1, { observed: { kind: 'engine', status: 'lost', reason } })] })
    expect((await store.facts({ limit: 1 }))[0]?.fact.observed).toEqual({ kind: 'engine', status: 'lost', reason })
  })
})

/** Its lock goes with a connection, which ends a moment after the store. */
async function reopened(url: string): Promise<Store> {
  for (;;) {
    try {
      return await open(url)
    } catch (error) {
      if (!/is in use/.test((error as Error).message)) throw error
    }
  }
}
