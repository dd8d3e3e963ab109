import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type PostgresServer, startPostgres, whyNoPostgres } from '@portolan/postgres'
import pg from 'pg'

/** A server that the tests of one file share, each with a database of its own. */
export interface SharedPostgres {
  server(): PostgresServer
  /** The address of a database that nobody has used yet. */
  newDatabase(): Promise<string>
}

/**
 * Describes what needs a real server; where none can be started it is skipped with the reason, but where
 * PORTOLAN_POSTGRES=required says that it has to be there.
 */
export function describePostgres(
  name: string,
  define: (postgres: SharedPostgres) => void,
  options: Parameters<typeof startPostgres>[0] = {},
): void {
  const why = whyNoPostgres()
  const isSkipped = why !== null && process.env['PORTOLAN_POSTGRES'] !== 'required'
  const describeIt = isSkipped ? describe.skip : describe
  describeIt(isSkipped ? `${name} (skipped: ${why})` : name, () => {
    test('PostgreSQL can be started', () => expect(why).toBeNull())
    define(sharedPostgres(options))
  })
}

function sharedPostgres(options: Parameters<typeof startPostgres>[0]): SharedPostgres {
  let server: PostgresServer | undefined
  let databases = 0
  beforeAll(async () => {
    server = await startPostgres(options)
  })
  afterAll(() => server?.remove())
  const running = () => {
    if (server === undefined) throw new Error('PostgreSQL does not run')
    return server
  }
  return {
    server: running,
    async newDatabase() {
      const name = `test_${++databases}`
      await ask(running().url(), `CREATE DATABASE ${name}`)
      return running().url(name)
    },
  }
}

/** One statement, on a connection of its own. */
export async function ask(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows
  } finally {
    await client.end()
  }
}
