import { PortolanError } from '@portolan/core'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import type pg from 'pg'
import type { Database } from './database.ts'
import { MIGRATIONS } from './schema.ts'

const SCHEMA = 'portolan'

/**
 * Brings the database to this version's schema, in which everything of Portolan is. Of several who do so at once one does
 * it, and the others wait.
 *
 * @throws {PortolanError} store_unusable where a newer Portolan wrote it
 */
export async function migrate(database: Database): Promise<void> {
  const client = await database.connect()
  const pool = {
    options: {},
    connect: async () => Object.assign(client, { release() {} }) as pg.PoolClient,
    end: () => client.end(),
  }
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const migrator = new Migrator({
      db: kysely,
      migrationTableSchema: SCHEMA,
      provider: {
        getMigrations: async () =>
          Object.fromEntries(
            Object.entries(MIGRATIONS).map(([name, text]) => [
              name,
              { up: async (db: Kysely<unknown>) => void (await sql.raw(text).execute(db)) },
            ]),
          ),
      },
    })
    await refuseNewer(client, database)
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
  } finally {
    await kysely.destroy()
  }
}

/** A version that this Portolan does not know was made by a newer one. */
async function refuseNewer(client: pg.Client, database: Database): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('${SCHEMA}.kysely_migration') IS NOT NULL AS there`,
  )
  if (rows[0]?.there !== true) return
  const known = Object.keys(MIGRATIONS)
  const { rows: newer } = await client.query(`SELECT 1 FROM ${SCHEMA}.kysely_migration WHERE name <> ALL ($1)`, [known])
  if (newer.length === 0) return
  throw new PortolanError(
    'store_unusable',
    `${database.place.shown} was written by a newer Portolan`,
    'update Portolan, or choose another database',
  )
}
