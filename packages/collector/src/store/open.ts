import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { PortolanError } from '@portolan/core'
import { makePrivate } from '@portolan/runtime'
import type { OnDamaged } from './damage.ts'
import { checkOwner, migrate, standIn } from './sqlite-schema.ts'
import { createSqliteReader } from './sqlite-reader.ts'
import { createSqliteStore } from './sqlite-store.ts'
import { RETENTION, type Retention, type Store, type StoreReader, type Writer } from './store.ts'

/** Source: sqlite.org/rescode.html, the primary result codes. */
const SQLITE = { perm: 3, busy: 5, readonly: 8, ioerr: 10, corrupt: 11, full: 13, cantopen: 14, notadb: 26 }

const BUSY_MS = 2000

/**
 * Opens the store to write, and keeps every other writer out for as long as it is open.
 *
 * @param path of the file, made where it does not exist, or `:memory:`
 * @param onDamaged is called for each row that is left out, whenever it is
 * @throws {PortolanError} store_unusable with what to do
 */
export async function openStore(
  path: string,
  retention: Retention = RETENTION,
  onDamaged: OnDamaged = () => {},
): Promise<Store> {
  const release = await lock(path)
  try {
    if (path !== ':memory:' && !existsSync(path)) makePrivate(path)
    const database = open(path, false, onDamaged)
    if (path !== ':memory:') takeFromOthers(path)
    database.exec('PRAGMA synchronous = NORMAL')
    const store = createSqliteStore(database, retention, onDamaged)
    return {
      ...store,
      close() {
        store.close()
        release()
      },
    }
  } catch (error) {
    release()
    throw unusable(error, path)
  }
}

/**
 * Opens the store of a Portolan that runs, or ran, to read.
 *
 * @param onDamaged is called for each row that is left out, whenever it is
 * @param mostBytes how long the bodies that one query reads may be together; it throws TooMuch beyond. Any length by default
 * @throws {PortolanError} store_unusable with what to do
 */
export function openStoreReader(path: string, onDamaged: OnDamaged = () => {}, mostBytes?: number): StoreReader {
  if (!existsSync(path)) throw nothingKept(path)
  try {
    return createSqliteReader(open(path, true, onDamaged), onDamaged, mostBytes)
  } catch (error) {
    throw unusable(error, path)
  }
}

function open(path: string, readOnly: boolean, onDamaged: OnDamaged): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: BUSY_MS })
  try {
    if (readOnly) {
      const version = checkOwner(database, path)
      if (version === 0) throw nothingKept(path)
      standIn(database, version)
    } else migrate(database, path, onDamaged)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Once it is known as ours: an older Portolan left it for all to read. SQLite gives the files beside it the same mode. */
function takeFromOthers(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) makePrivate(file)
}

/**
 * The lock is a database of its own that stays in an exclusive transaction: the system releases it whenever and
 * however the process ends, so nothing has to be guessed from process ids.
 */
async function lock(path: string): Promise<() => void> {
  if (path === ':memory:') return () => {}
  let database: DatabaseSync | undefined
  try {
    makePrivate(`${path}.lock`)
    database = new DatabaseSync(`${path}.lock`)
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return () => held.close()
  } catch (error) {
    database?.close()
    throw primaryCode(error) === SQLITE.busy ? await lockedBy(path) : unusable(error, path)
  }
}

async function lockedBy(path: string): Promise<PortolanError> {
  const writer = await readWriter(path)
  const who = writer === null ? 'another Portolan' : `another Portolan (process ${writer.pid}${at(writer.url)})`
  const stop = writer === null ? 'stop it' : `stop it (kill ${writer.pid})`
  return new PortolanError(
    'store_unusable',
    `the store ${path} is in use by ${who}`,
    `look at what that one shows, ${stop}, or choose another file for the store`,
  )
}

/** null also while the other one is just making the store. */
async function readWriter(path: string): Promise<Writer | null> {
  let reader: StoreReader | undefined
  try {
    reader = openStoreReader(path)
    return await reader.writer()
  } catch {
    return null
  } finally {
    reader?.close()
  }
}

function at(url: string | null): string {
  return url === null ? '' : `, ${url}`
}

function nothingKept(path: string): PortolanError {
  const hint = 'run `portolan watch` first, or name the file that it keeps its store in'
  return new PortolanError('store_unusable', `there is nothing kept in ${path} yet`, hint)
}

function unusable(error: unknown, path: string): unknown {
  switch (primaryCode(error)) {
    case SQLITE.notadb:
    case SQLITE.corrupt:
      return failure(error, `${path} is no store of Portolan, or is damaged`, `move it away: a new one is made then`)
    case SQLITE.cantopen:
    case SQLITE.perm:
    case SQLITE.readonly:
      return failure(
        error,
        `the store ${path} cannot be opened or written to`,
        'make its folder exist and be writable for this user, or choose another file for the store',
      )
    case SQLITE.full:
    case SQLITE.ioerr:
      return failure(error, `the disk refuses to keep the store ${path}`, 'make room on it, or choose another disk')
    case SQLITE.busy:
      return failure(error, `the store ${path} is locked by another program`, 'close what has the file open')
    default:
      return error
  }
}

function failure(error: unknown, message: string, hint: string): PortolanError {
  return new PortolanError('store_unusable', message, hint, error)
}

function primaryCode(error: unknown): number {
  return Number((error as { errcode?: unknown }).errcode) & 0xff
}
