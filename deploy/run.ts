import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** Prints the command and runs it in the repository. Ends this process where it fails. */
export function run([command = '', ...words]: readonly string[]): void {
  process.stdout.write(`$ ${[command, ...words].join(' ')}\n`)
  const { status, error } = spawnSync(command, words, { cwd: ROOT, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** What a command prints. @throws Error with what it says, where it fails */
export function outputOf([command = '', ...words]: readonly string[]): string {
  const { status, error, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${words[0]}: ${stderr.trim()}`)
  return stdout
}
