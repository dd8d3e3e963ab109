import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { PortolanError } from '@portolan/core'

/**
 * Where Portolan keeps what it saw, made where it does not exist: `$XDG_STATE_HOME/portolan`, else
 * `~/.local/state/portolan`. Only its owner can read it.
 *
 * Source: XDG Base Directory Specification; a relative $XDG_STATE_HOME is to be ignored.
 *
 * @throws {PortolanError} store_unusable when it cannot be made or written to
 */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const { XDG_STATE_HOME: given, HOME: home } = env
  const base = given !== undefined && isAbsolute(given) ? given : join(home || homedir(), '.local', 'state')
  const folder = join(base, 'portolan')
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
