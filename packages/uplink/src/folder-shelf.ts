import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Shelf } from './shelf.ts'

const UNFINISHED = '.part'

/**
 * Files in a folder of its own, made where it does not exist. They are not forced to the disk: they outlive the process,
 * not the machine.
 */
export function createFolderShelf(folder: string): Shelf {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    write(name, text) {
      const unfinished = join(folder, `${name}${UNFINISHED}`)
      try {
        writeFileSync(unfinished, text, { mode: 0o600 })
        renameSync(unfinished, join(folder, name))
      } catch (error) {
        rmSync(unfinished, { force: true })
        throw error
      }
    },
    read(name) {
      try {
        return readFileSync(join(folder, name), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    remove: (name) => rmSync(join(folder, name), { force: true }),
    names: () =>
      readdirSync(folder)
        .filter((name) => !name.endsWith(UNFINISHED))
        .sort(),
  }
}
