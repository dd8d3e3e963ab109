import { closeSync, constants, openSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { PortolanError } from '@portolan/core'

const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants

/**
 * Writes the results beside what is checked, which strangers wrote: a link of theirs is not followed.
 *
 * @param folder of the repository
 * @param sarif a path as seen from there
 * @returns where the file is
 * @throws PortolanError config_invalid where a link leads elsewhere; else the error of the system
 */
export function writeSarif(folder: string, sarif: string, text: string): string {
  const file = resolve(folder, sarif)
  const way = relative(folder, file)
  const isInside = way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
  const real = join(realpathSync(dirname(file)), basename(file))
  if (isInside && real !== join(realpathSync(folder), way)) throw leadsAway(sarif)
  let opened: number
  try {
    opened = openSync(real, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o666)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? leadsAway(sarif) : error
  }
  writeFileSync(opened, text)
  closeSync(opened)
  return file
}

function leadsAway(sarif: string): PortolanError {
  const hint = 'leave the input sarif out: the file is outside of the repository then'
  return new PortolanError(
    'config_invalid',
    `${sarif} is a link in the files that are checked: it is not written`,
    hint,
  )
}
