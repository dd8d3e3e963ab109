import { hash } from 'node:crypto'
import { chmodSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '@portolan/runtime'
import type { Running } from './entry.ts'
import { readEntries, runningFolder } from './folder.ts'

export const DEMO_FOLDER = join(tmpdir(), 'portolan-demo-')

/**
 * Lets other commands find this process, which has its store already, and removes what killed ones left. There is one
 * file for each store, so a later process replaces the file of one that was killed.
 *
 * @returns what takes it back, to be called while the store is still held; null where there is no place for the file
 */
export function announceRunning(running: Running, env: NodeJS.ProcessEnv): (() => void) | null {
  const folder = runningFolder(env)
  if (folder === null) return null
  const file = join(folder, `${hash('sha256', running.state).slice(0, 16)}.json`)
  try {
    makeFolder(folder)
    chmodSync(folder, 0o700)
    removeLeft(env)
    const draft = `${file}.${process.pid}`
    writeFileSync(draft, `${JSON.stringify(running)}\n`, { mode: 0o600 })
    renameSync(draft, file)
  } catch {
    return null
  }
  return () => rmSync(file, { force: true })
}

function removeLeft(env: NodeJS.ProcessEnv): void {
  for (const { file, running, lives } of readEntries(env)) {
    if (lives) continue
    rmSync(file, { force: true })
    if (running.kind === 'demo') removeDemoFolder(running.state)
  }
}

/** Of a demo that was killed. Nothing but a folder that a demo of this user made, wherever the entry leads. */
function removeDemoFolder(folder: string): void {
  if (dirname(folder) !== dirname(DEMO_FOLDER) || !/^portolan-demo-\w{6}$/.test(basename(folder))) return
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  if (stat?.isDirectory() === true && stat.uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true })
}
