import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

const BINARY = /\.(png|gz|svgz|gif|ico|woff2?|db)$/
const LOCK = 'pnpm-lock.yaml'

const listed = execFileSync(
  // The folder may belong to somebody else, as it does in containers that mount it.
  'git',
  ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 },
)
const FILES = [...new Set(listed.split('\0'))].filter(
  (path) => path !== '' && path !== LOCK && !BINARY.test(path) && existsSync(join(ROOT, path)),
)

/** Every text file that is or can be committed, as a path from the repository's root. */
export function files(): readonly string[] {
  return FILES
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The places in a file that a pattern finds, as `path:line: text`. */
export function findings(path: string, pattern: RegExp): string[] {
  return read(path)
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []))
}
