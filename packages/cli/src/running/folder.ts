import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { isStoreHeld } from '@portolan/collector'
import { type Running, type RunningDemo, runningEntry } from './entry.ts'

const LONGEST_ENTRY = 4096
/** Nobody runs as many, and somebody may have put anything there. */
const MOST_ENTRIES = 64
const WRITABLE_BY_OTHERS = 0o022

/**
 * Where each Portolan that runs has a file: in the user's own state folder, whatever folder its store is in. null where
 * there is no home for it.
 */
export function runningFolder({
  XDG_STATE_HOME: given = '',
  HOME: home = homedir(),
}: NodeJS.ProcessEnv): string | null {
  if (isAbsolute(given)) return join(given, 'portolan', 'running')
  return existsSync(home) ? join(home, '.local', 'state', 'portolan', 'running') : null
}

export interface FoundEntry {
  file: string
  running: Running
  /** Its process has the store: one that was killed left its file behind. */
  lives: boolean
}

/** Every entry that can be trusted: of this user, in a folder and a file that nobody else may write. Never throws. */
export function readEntries(env: NodeJS.ProcessEnv): FoundEntry[] {
  const folder = runningFolder(env)
  if (folder === null) return []
  try {
    if (!isOwnFolder(folder)) return []
    const names = readdirSync(folder).filter((name) => /^[0-9a-z]+\.json$/.test(name))
    return names.slice(0, MOST_ENTRIES).flatMap((name) => {
      const file = join(folder, name)
      const running = readEntry(file)
      if (running === null) return []
      return [{ file, running, lives: isOwnFolder(running.state) && isStoreHeld(join(running.state, 'portolan.db')) }]
    })
  } catch {
    return []
  }
}

function readEntry(path: string): Running | null {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stat = fstatSync(file)
    if (!stat.isFile() || !isOwn(stat) || stat.size > LONGEST_ENTRY) return null
    const bytes = Buffer.alloc(LONGEST_ENTRY)
    const text = bytes.toString('utf8', 0, readSync(file, bytes))
    return runningEntry.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** What is in it decides what is shown, and where access to a cluster is looked for: it has to be this user's. */
function isOwnFolder(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && isOwn(stat)
}

function isOwn({ uid, mode }: { uid: number; mode: number }): boolean {
  return uid === (process.getuid?.() ?? uid) && (mode & WRITABLE_BY_OTHERS) === 0
}

/** The Portolans of this user that run now: a watch before a demo, then the newest first. */
export function findRunning(env: NodeJS.ProcessEnv): Running[] {
  const running = readEntries(env).flatMap(({ running: one, lives }) => (lives ? [one] : []))
  return running.toSorted((a, b) => Number(a.kind === 'demo') - Number(b.kind === 'demo') || b.startedAt - a.startedAt)
}

export function findDemo(env: NodeJS.ProcessEnv): RunningDemo | null {
  return findRunning(env).find((one) => one.kind === 'demo') ?? null
}
