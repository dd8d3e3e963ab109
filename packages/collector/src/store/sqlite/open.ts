import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { PortolanError } from '@portolan/core'
import { makePrivate } from '@portolan/runtime'
import type { OnDamaged } from '../damage.ts'
import { explained } from '../explained.ts'
import { checkOwner, migrate, standIn } from './schema.ts'
import { allRows } from './rows.ts'
import { createSqliteReader } from './reader.ts'
import { createSqliteStore } from './store.ts'
import type { Retention, Store, StoreReader, Writer } from '../store.ts'

/** Source: sqlite.org/rescode.html, the primary result codes. */
const SQLITE = { error: 1, perm: 3, busy: 5, readonly: 8, ioerr: 10, corrupt: 11, full: 13, cantopen: 14, notadb: 26 }

const BUSY_MS = 2000
/** So long somebody who looks whether the lock is held may be in the way of who takes it. */
const LOOKED_AT_MS = 200

/**
 * Opens the store to write, and keeps every other writer out for as long as it is open.
 *
 * @param path of the file, made where it does not exist, or `:memory:`
 * @param onDamaged is called for each row that is left out, whenever it is
 * @throws {PortolanError} store_unusable with what to do
 */
export async function openStore(path: string, retention: Retention, onDamaged: OnDamaged): Promise<Store> {
  const release = await lock(path)
  try {
    if (path !== ':memory:' && !existsSync(path)) makePrivate(path)
    const database = open(path, false, onDamaged)
    if (path !== ':memory:') takeFromOthers(path)
    database.exec('PRAGMA synchronous = NORMAL')
    const store = explained(createSqliteStore(database, retention, onDamaged), (error) => unusable(error, path))
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
export function openStoreReader(path: string, onDamaged: OnDamaged, mostBytes?: number): StoreReader {
  if (!existsSync(path)) throw nothingKept(path)
  try {
    const reader = createSqliteReader(open(path, true, onDamaged), onDamaged, mostBytes)
    return explained(reader, (error) => unusable(error, path))
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
      checkIncidents(database, path)
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
 * A page of an index whose rows are wiped tells SQLite nothing: it finds fewer rows, and says so to nobody. The incidents
 * are few, and what lists none of them has to be right.
 *
 * @throws {PortolanError} store_unusable
 */
function checkIncidents(database: DatabaseSync, path: string): void {
  try {
    const found = allRows(database.prepare('PRAGMA integrity_check(incidents)')).map((row) => Object.values(row)[0])
    if (found[0] !== 'ok') throw damaged(path, new Error(found.join('; ')))
  } catch (error) {
    // A body that is no JSON: whoever reads the row leaves it out and names it.
    if (primaryCode(error) !== SQLITE.error) throw error
  }
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
    database = new DatabaseSync(`${path}.lock`, { timeout: LOOKED_AT_MS })
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return () => held.close()
  } catch (error) {
    database?.close()
    throw primaryCode(error) === SQLITE.busy ? await lockedBy(path) : unusable(error, path)
  }
}

/** Whether a process has the store open to write. */
export function isStoreHeld(path: string): boolean {
  if (!existsSync(`${path}.lock`)) return false
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(`${path}.lock`, { readOnly: true })
    database.prepare('SELECT name FROM sqlite_schema').all()
    return false
  } catch (error) {
    return primaryCode(error) === SQLITE.busy
  } finally {
    database?.close()
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
    reader = openStoreReader(path, () => {})
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
  const hint = 'start `portolan watch` (or `portolan demo`), or name another folder with --state'
  return new PortolanError('store_unusable', `no history yet (${path})`, hint)
}

/** @returns what to do about an error of SQLite; any other error as it is */
export function unusable(error: unknown, path: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') return error
  switch (primaryCode(error)) {
    case SQLITE.notadb:
    case SQLITE.corrupt:
      return damaged(path, error)
    case SQLITE.cantopen:
    case SQLITE.perm:
    case SQLITE.readonly:
      return failure(
        error,
        `the store ${path} cannot be opened or written to`,
        'make its folder exist and be writable for this user, or choose another file for the store',
      )
    case SQLITE.full:
      return failure(error, `there is no room for the store ${path}`, 'make room on its disk')
    case SQLITE.ioerr:
      return failure(
        error,
        `the disk refuses to keep the store ${path}`,
        'check the disk with the tools of the system, or choose another one',
      )
    case SQLITE.busy:
      return failure(error, `the store ${path} is locked by another program`, 'close what has the file open')
    default:
      return failure(
        error,
        `the store ${path} cannot be used: ${(error as Error).message}`,
        'move it away: a new one is made then',
      )
  }
}

function damaged(path: string, error: unknown): PortolanError {
  return failure(error, `${path} is not a Portolan store, or is damaged`, 'move it away: a new one is made then')
}

function failure(error: unknown, message: string, hint: string): PortolanError {
  return new PortolanError('store_unusable', message, hint, error)
}

function primaryCode(error: unknown): number {
  return Number((error as { errcode?: unknown }).errcode) & 0xff
}
