import { realpathSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { PortolanError } from '@portolan/core'

/**
 * A file or folder below the root by its real path, written as seen from there.
 *
 * @param root a real path
 * @throws PortolanError usage where it is not there, or leads out of the root
 */
export function belowRoot(root: string, path: string): string {
  const way = relative(root, realPath(resolve(root, path), path))
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new PortolanError('usage', `${path} is not below the root of this server`, HINT)
  }
  return `.${sep}${way}`
}

function realPath(full: string, given: string): string {
  try {
    return realpathSync(full)
  } catch (error) {
    throw new PortolanError('usage', `${given} is not a file or folder below the root of this server`, HINT, error)
  }
}

const HINT = 'name one below it; portolan mcp --root DIR chooses another root'
