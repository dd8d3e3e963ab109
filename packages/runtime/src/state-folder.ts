import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { PortolanError } from '@portolan/core'

/**
 * Where Portolan keeps what it saw, whether it exists or not: `$XDG_STATE_HOME/portolan`, else `~/.local/state/portolan`.
 *
 * Source: XDG Base Directory Specification; a relative $XDG_STATE_HOME is to be ignored.
 */
export function stateFolderPath({ XDG_STATE_HOME: given, HOME: home }: NodeJS.ProcessEnv): string {
  const base = given !== undefined && isAbsolute(given) ? given : join(home || homedir(), '.local', 'state')
  return join(base, 'portolan')
}

/**
 * That folder, made where it does not exist. Only its owner can read it.
 *
 * @throws {PortolanError} store_unusable when it cannot be made or written to
 */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const folder = stateFolderPath(env)
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new PortolanError(
      'store_unusable',
      `the state folder ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'make it writable for this user, or set XDG_STATE_HOME to a folder that is',
      error,
    )
  }
  return folder
}

/**
 * Makes a folder and its parents, for its owner alone. Step by step, since Node's recursive mkdir never returns where a
 * parent refuses new folders with ENOENT, as /proc does.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) makeFolder(parent)
  mkdirSync(folder, { mode: 0o700 })
}
