import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { PortolanError } from '@portolan/core'
import { makeFolder } from '@portolan/runtime'
import type { OnDamaged } from '../store/damage.ts'
import { isStoreFile, shownStore, unusable } from '../store/open.ts'
import type { Retention } from '../store/store.ts'
import { type Archive, openArchive } from './archive.ts'

/** One that outlives its files: where somebody deletes or replaces them, another one is opened in their place. */
export interface LastingArchive extends Archive {
  /** Looks whether the files are still those that were opened. Never rejects; look at `fault`. */
  look(): Promise<void>
  /** Why nothing can be kept, or nothing old be removed; null while all is well. */
  fault(): string | null
}

/** SQLite's own beside the database (sqlite.org/walformat.html), and what keeps other writers out. */
const FILES = ['', '-wal', '-shm', '.lock']

/**
 * @param options.onRenewed another store was opened: what is not over has to be written once more
 * @throws {PortolanError} store_unusable with what to do, at the start alone
 */
export async function openLastingArchive(options: {
  /** As `openStore` takes it. */
  path: string
  retention: Retention | undefined
  onDamaged: OnDamaged
  onRenewed(archive: Archive, why: string): Promise<void>
}): Promise<LastingArchive> {
  const { path, retention, onDamaged, onRenewed } = options
  const isFile = isStoreFile(path)
  const faults = new Map<'files' | 'removal', PortolanError>()
  const open = () => openArchive(path, retention, onDamaged)
  const seen = new Map<string, string>()
  let current: Archive | null = await open()
  let renewing: Promise<void> = Promise.resolve()

  /** A store that is not there any more is closed: SQLite removes no file of that name that it did not open. */
  async function renew(why: string): Promise<void> {
    await current?.close()
    current = null
    seen.clear()
    try {
      makeFolder(dirname(path))
      current = await open()
      await onRenewed(current, `${why}: another one is opened there, without what was kept until now.`)
      faults.delete('files')
    } catch (error) {
      await current?.close()
      current = null
      faults.set('files', asFault(error, `${why}, and no other can be opened`))
    }
  }

  /** @returns the first file that is not the one that was opened; one that came since is one of ours */
  function changedFile(): string | null {
    for (const end of FILES) {
      const file = `${path}${end}`
      const now = identityOf(file)
      const before = seen.get(file)
      if (before !== undefined && before !== now) return file
      if (now !== null) seen.set(file, now)
    }
    return null
  }

  /** What is asked while another one is opened waits for it. */
  async function reached(): Promise<Archive> {
    await renewing
    if (current === null) throw faults.get('files') ?? new Error('the store is closed')
    return current
  }

  if (isFile) changedFile()
  return {
    async look() {
      if (!isFile) return
      const changed = current === null ? path : changedFile()
      if (changed === null) return
      const how = current === null || identityOf(changed) === null ? 'deleted' : 'replaced'
      renewing = renew(`The store ${path} was ${how} while Portolan ran`)
      await renewing
    },
    fault: () => [...faults.values()][0]?.message ?? null,
    facts: async (query) => (await reached()).facts(query),
    timeline: async (query) => (await reached()).timeline(query),
    targets: async (query) => (await reached()).targets(query),
    histories: async (query) => (await reached()).histories(query),
    events: async (query) => (await reached()).events(query),
    incidents: async (query) => (await reached()).incidents(query),
    epochs: async (query) => (await reached()).epochs(query),
    notes: async (query) => (await reached()).notes(query),
    views: async () => (await reached()).views(),
    streams: async () => (await reached()).streams(),
    pages: async () => (await reached()).pages(),
    writer: async () => (await reached()).writer(),
    write: async (batch) => (await reached()).write(batch),
    introduce: async (writer) => (await reached()).introduce(writer),
    async prune(now) {
      try {
        const more = await (await reached()).prune(now)
        faults.delete('removal')
        return more
      } catch (error) {
        if (current !== null)
          faults.set('removal', asFault(error, `Nothing old can be removed from the store ${shownStore(path)}`))
        throw error
      }
    },
    answer: async (name, asked) => (await reached()).answer(name, asked),
    close: async () => current?.close(),
  }

  function asFault(error: unknown, what: string): PortolanError {
    const why = unusable(error, path)
    const text = Error.isError(why) ? why.message : String(why)
    return new PortolanError('store_unusable', `${what}: ${text}`, '', error)
  }
}

/** The same file has the same one for as long as it is there; null: there is none. */
function identityOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? null : `${found.dev}:${found.ino}`
}
