import { existsSync } from 'node:fs'
import * as module from 'node:module' // as a whole, since Node 18 has no such function to import
import { isAbsolute, join } from 'node:path'
import { makeFolder } from '@portolan/runtime'

/**
 * Lets Node keep what it compiles of the program, so that the next start is faster: in `$XDG_CACHE_HOME/portolan`, else
 * in `~/.cache/portolan`. Where there can be no such folder it compiles each time.
 *
 * Source: XDG Base Directory Specification; Node.js, "Module compile cache".
 */
export function keepCompiled({ XDG_CACHE_HOME: given = '', HOME: home = '' }: NodeJS.ProcessEnv): void {
  if (!isAbsolute(given) && !existsSync(home)) return
  const folder = join(isAbsolute(given) ? given : join(home, '.cache'), 'portolan')
  try {
    makeFolder(folder)
  } catch {
    return
  }
  module.enableCompileCache(folder)
}
