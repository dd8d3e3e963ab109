import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Shelf } from './shelf.ts'

const UNFINISHED = '.part'
const NAME = /^[a-z0-9][a-z0-9.-]{0,100}$/

/**
 * Files in a folder of its own, made where it does not exist. They are not forced to the disk: they outlive the process,
 * not the machine. All functions throw where a name could lead out of the folder.
 */
export function createFolderShelf(folder: string): Shelf {
  mkdirSync(folder, { recursive: true, mode: 0o700 })

  function pathOf(name: string): string {
    if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no name in a spool`)
    return join(folder, name)
  }

  return {
    write(name, text) {
      const unfinished = `${pathOf(name)}${UNFINISHED}`
      try {
        // What lies there by that name may be a link of somebody else.
        rmSync(unfinished, { force: true })
        writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' })
        renameSync(unfinished, pathOf(name))
      } catch (error) {
        rmSync(unfinished, { force: true })
        throw error
      }
    },
    read(name) {
      try {
        return readFileSync(pathOf(name), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    remove: (name) => rmSync(pathOf(name), { force: true }),
    names: () =>
      readdirSync(folder)
        .filter((name) => !name.endsWith(UNFINISHED))
        .sort(),
  }
}
