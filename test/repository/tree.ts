import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'coverage', 'package.json.lock', 'pnpm-lock.yaml'])
const BINARY = /\.(png|svgz|gif|ico|woff2?|db)$/

/** Every text file of the repository, as a path from its root. */
export function files(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name) || entry.name.endsWith('.log')) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return files(path)
    return entry.isFile() && !BINARY.test(entry.name) ? [relative(ROOT, path)] : []
  })
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
