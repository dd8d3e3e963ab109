import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { commandText, operands } from '@portolan/core'
import type { Findings } from './problem.ts'

export interface Source {
  /** As the user named it; `-` for standard input. */
  name: string
  text: string
}

export interface Sources extends Findings {
  sources: Source[]
}

const MANIFEST = /\.(ya?ml|json)$/

/**
 * Reads files, folders with all below them, and `-` for standard input, in this order, folders by name.
 *
 * @returns what could not be read as problems, all at once
 */
export async function readSources(paths: readonly string[], stdin: () => Promise<string>): Promise<Sources> {
  const found: Sources = { sources: [], problems: [], notes: [] }
  for (const path of paths) {
    if (path === '-') found.sources.push({ name: '-', text: await stdin() })
    else await readPath(path, found)
  }
  return found
}

async function readPath(path: string, found: Sources): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) await readFolder(path, found)
    else found.sources.push({ name: path, text: await readFile(path, 'utf8') })
  } catch (error) {
    found.problems.push({ file: path, line: 1, message: whyNot(error) })
  }
}

async function readFolder(folder: string, found: Sources): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  if (entries.some(({ name }) => name === 'Chart.yaml')) {
    const render = commandText(['helm', 'template', ...operands(folder)])
    const message = `this is a Helm chart, render it first: ${render} | portolan check -k KIND_CONFIG -`
    found.problems.push({ file: folder, line: 1, message })
    return
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    if (entry.isDirectory() || MANIFEST.test(entry.name)) await readPath(join(folder, entry.name), found)
  }
}

function whyNot(error: unknown): string {
  const code = Error.isError(error) && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file or folder'
  if (code === 'EACCES') return 'may not be read'
  return Error.isError(error) ? error.message : String(error)
}
