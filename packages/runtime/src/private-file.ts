import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  statSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { PortolanError } from '@portolan/core'

const OWNER_ONLY = 0o600
const AS_UMASK_SAYS = 0o666
const WRITABLE_BY_OTHERS = 0o022

/**
 * Opens a file to write it anew, for its owner alone. In a folder where others may put things, as /tmp, it follows no
 * link, and writes into no file that another user made.
 *
 * @returns the file descriptor, which the caller closes
 * @throws {PortolanError} usage where a link or another user's file is in the way; else the error of the system
 */
export function openPrivateFile(path: string): number {
  const file = openAnew(path, OWNER_ONLY)
  if (fstatSync(file).isFile()) fchmodSync(file, OWNER_ONLY)
  return file
}

/** The same of a file that other programs read, e.g. of a CI job: who may read it is up to the user's umask. */
export function openOutputFile(path: string): number {
  return openAnew(path, AS_UMASK_SAYS)
}

function openAnew(path: string, mode: number): number {
  if (!isSharedFolder(dirname(resolve(path)))) return openSync(path, 'w', mode)
  // Not O_TRUNC: what is there is looked at first. O_NONBLOCK: a pipe of somebody else is not waited for.
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  let file: number
  try {
    file = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? refused(path, 'is a link', error) : error
  }
  const { uid, nlink } = fstatSync(file)
  if (nlink !== 1 || uid !== process.getuid?.()) {
    closeSync(file)
    throw refused(path, nlink === 1 ? 'belongs to another user' : 'has another name elsewhere')
  }
  ftruncateSync(file)
  return file
}

/** Makes a file where there is none, and takes it from everybody but its owner. Does nothing where the system refuses. */
export function makePrivate(path: string): void {
  try {
    if (existsSync(path)) chmodSync(path, OWNER_ONLY)
    else closeSync(openSync(path, 'a', OWNER_ONLY))
  } catch {
    // Who opens the file says what is wrong with it.
  }
}

/** Somebody else than its owner and the system may put files or links there. */
function isSharedFolder(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined || process.getuid === undefined) return false
  const isOwn = stat.uid === process.getuid() || stat.uid === 0
  return !isOwn || (stat.mode & WRITABLE_BY_OTHERS) !== 0
}

function refused(path: string, why: string, cause?: unknown): PortolanError {
  return new PortolanError(
    'usage',
    `${path} ${why}, in a folder where other users may put files: it is not written`,
    'name a file in a folder of your own',
    cause,
  )
}
