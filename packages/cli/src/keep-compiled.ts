import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { isAbsolute, join } from 'node:path'

/**
 * Lets Node keep what it compiles of the program, so that the next start is faster: in `$XDG_CACHE_HOME/portolan`, else
 * in `~/.cache/portolan`. Without such a folder it compiles each time.
 *
 * Source: XDG Base Directory Specification; Node.js, "Module compile cache".
 */
export function keepCompiled({ XDG_CACHE_HOME: given, HOME: home = '' }: NodeJS.ProcessEnv): void {
  if (given !== undefined && isAbsolute(given)) enableCompileCache(join(given, 'portolan'))
  else if (isAbsolute(home) && existsSync(home)) enableCompileCache(join(home, '.cache', 'portolan'))
}
