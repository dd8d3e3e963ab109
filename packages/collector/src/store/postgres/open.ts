import { PortolanError } from '@portolan/core'
import type { OnDamaged } from '../damage.ts'
import { explained } from '../explained.ts'
import type { Retention, Store, StoreReader, Writer } from '../store.ts'
import { createDatabase, type Database, ReadOnlyServer, sqlStateOf } from './database.ts'
import { takeWriterLock } from './lock.ts'
import { readDatabasePlace } from './place.ts'
import { createPostgresReader } from './reader.ts'
import { createPostgresStore } from './store.ts'

/** One writes, one removes what is old, one asks what became of a write. */
const WRITER = { connections: 3, statementMs: 30_000 }
const READER = { connections: 4, statementMs: 20_000 }

/**
 * Opens a store on a server to write, and keeps every other writer out for as long as it is open.
 *
 * @param url as `readDatabasePlace` takes it
 * @throws {PortolanError} store_unusable with what to do, usage where the address cannot be read
 */
export async function openPostgresStore(url: string, retention: Retention, onDamaged: OnDamaged): Promise<Store> {
  const place = readDatabasePlace(url)
  const database = createDatabase(place, WRITER)
  try {
    const lock = await takeWriterLock(database, 'alone')
    if (lock === null) throw await inUse(database)
    try {
      const { migrate } = await import('./migrate.ts')
      await migrate(database)
      const store = await createPostgresStore(database, retention, onDamaged)
      return explained(
        {
          ...store,
          close() {
            lock.release().catch(() => {})
            database.close().catch(() => {})
          },
        },
        (error) => unusableDatabase(error, place.shown),
      )
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    await database.close()
    throw unusableDatabase(error, place.shown)
  }
}

/** Opens it to read; that it cannot be reached is said when something is asked. */
export function openPostgresReader(url: string, onDamaged: OnDamaged, mostBytes?: number): StoreReader {
  const place = readDatabasePlace(url)
  const database = createDatabase(place, READER)
  const reader = {
    ...createPostgresReader(database, onDamaged, mostBytes),
    close: () => void database.close().catch(() => {}),
  }
  return explained(reader, (error) => unusableDatabase(error, place.shown))
}

export async function inUse(database: Database): Promise<PortolanError> {
  const writer = await createPostgresReader(database, () => {})
    .writer()
    .catch((): Writer | null => null)
  const who = writer?.url == null ? 'another Portolan' : `another Portolan (process ${writer.pid}, ${writer.url})`
  return new PortolanError(
    'store_unusable',
    `the store ${database.place.shown} is in use by ${who}`,
    'stop that one, or choose another database: each collector has its own',
  )
}

/** @returns what to do about an error of the database; an error that says that already, or is none of it, as it is */
export function unusableDatabase(error: unknown, shown: string): unknown {
  if (error instanceof ReadOnlyServer)
    return failure(error, `no server of ${shown} takes writes`, 'promote a standby, or name the primary in the address')
  const state = sqlStateOf(error)
  if (state === null) return isOfConnection(error) ? unreachable(error, shown) : error
  const { message } = error as Error
  switch (state) {
    case '28000':
    case '28P01':
      return failure(
        error,
        `the database ${shown} refuses this user: ${message}`,
        'put the password into PGPASSWORD, or the whole address into PORTOLAN_STORE',
      )
    case '3D000':
      return failure(error, `there is no such database: ${shown}`, 'create it: CREATE DATABASE portolan OWNER portolan')
    case '42P01':
    case '3F000':
      return failure(error, `no history yet (${shown})`, 'start `portolan watch` with this store')
    case '42501':
      return failure(
        error,
        `the user may not do what Portolan needs in ${shown}: ${message}`,
        'let it create a schema there: GRANT CREATE ON DATABASE portolan TO portolan',
      )
    case '53100':
      return failure(error, `there is no room for the database ${shown}`, 'make room on the disk of its server')
    default:
      return failure(error, `the database ${shown} cannot be used: ${message} (${state})`, 'look into its log')
  }
}

function unreachable(error: unknown, shown: string): PortolanError {
  const { message, code } = error as NodeJS.ErrnoException
  return failure(error, `the database ${shown} cannot be reached (${code ?? message})`, 'see whether its server runs')
}

/** Of the system, of TLS, or of the client that lost its connection; not one of ours. */
function isOfConnection(error: unknown): boolean {
  return Error.isError(error) && error.name === 'Error' && !(error instanceof PortolanError)
}

function failure(error: unknown, message: string, hint: string): PortolanError {
  return new PortolanError('store_unusable', message, hint, error)
}
