import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PortolanError } from '@portolan/core'
import { makePrivate } from '@portolan/runtime'

/**
 * Keeps every other prober out of a folder until it is released, or the process ends: the lock is a database that stays
 * in an exclusive transaction.
 *
 * @throws PortolanError store_unusable when another one is in it, or it cannot be written to
 */
export function lockFolder(folder: string): () => void {
  let database: DatabaseSync | undefined
  try {
    makePrivate(join(folder, 'lock'))
    database = new DatabaseSync(join(folder, 'lock'))
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return () => held.close()
  } catch (error) {
    database?.close()
    const isBusy = (error as { errcode?: unknown }).errcode === SQLITE_BUSY
    throw new PortolanError(
      'store_unusable',
      isBusy ? `another prober runs with the folder ${folder}` : `the folder ${folder} cannot be written to`,
      isBusy
        ? 'stop that one, or give another folder by --state'
        : 'make it writable for this user, or give another folder by --state',
      error,
    )
  }
}

/** Source: sqlite.org/rescode.html */
const SQLITE_BUSY = 5
