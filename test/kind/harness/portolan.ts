import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MAIN } from './portolan-watch.ts'
import { attempt, type Ended } from './shell.ts'

/** Runs `portolan` to its end, with a state folder of its own. `as` puts words in front of the command. */
export async function portolan(
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
  as: string[] = [],
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-state-'))
  const state = words.includes('--state') ? [] : ['--state', folder]
  try {
    return await attempt([...as, process.execPath, MAIN, ...words, ...state], { env: { ...process.env, ...env } })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
