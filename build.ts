import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildAll } from './build/build-all.ts'

/** Writes all that is shipped into `dist`, or into the folder that is given. */
const dist = join(import.meta.dirname, 'dist')
const folder = resolve(process.argv[2] ?? dist)
if (folder === dist) await rm(dist, { recursive: true, force: true })
await buildAll(folder, { maps: true })
