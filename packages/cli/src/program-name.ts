import { basename, delimiter, dirname, resolve } from 'node:path'
import { commandText } from '@portolan/core'

/** How this program is called again: the first words of a command, and whether that works in this folder alone. */
export interface ProgramName {
  words: string[]
  onlyHere: boolean
}

/**
 * As it was started: by a script of the repository, as `kubectl portolan`, from PATH, by npx, or as a file.
 *
 * @param script the first file, as Node names it
 */
export function programName(env: NodeJS.ProcessEnv, script: string): ProgramName {
  if (env['npm_package_name'] === 'portolan-monorepo') {
    const [, version] = /^pnpm\/(\d+\.\d+\.\d+) /.exec(env['npm_config_user_agent'] ?? '') ?? []
    const pnpm = version === undefined ? 'pnpm' : `pnpm@${version}`
    return { words: ['npx', '-y', pnpm, '--silent', 'portolan'], onlyHere: true }
  }
  const name = basename(script)
  const isInPath = (env['PATH'] ?? '').split(delimiter).some((folder) => resolve(folder) === dirname(resolve(script)))
  if (isInPath && name === 'kubectl-portolan') return { words: ['kubectl', 'portolan'], onlyHere: false }
  if (env['npm_lifecycle_event'] === 'npx') return { words: ['npx', 'portolan'], onlyHere: true }
  if (isInPath && name === 'portolan') return { words: ['portolan'], onlyHere: false }
  return { words: ['node', resolve(script)], onlyHere: false }
}

/** A command of this program, to be pasted into another terminal. */
export function ownCommand(...words: string[]): string {
  return commandText([...programName(process.env, process.argv[1] ?? 'portolan').words, ...words])
}
