import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { commandText, operands } from '@portolan/core'
import { localFolder } from './local-folder.ts'
import { isKustomization, type Kustomization, kustomizationOf } from './kustomization.ts'
import { changesOf } from './kustomized.ts'
import { type Change, type FileNote, type Findings, noFindings } from './problem.ts'
import { readMet, readNamed, readStream, Unread } from './read-text.ts'

export interface Source {
  /** As the user named it; `-` for standard input. */
  name: string
  text: string
  /**
   * `folder`: met in a folder, where it may be anything. `kustomization`: met at or below a kustomization, where it may be
   * a part of an object. `renderer`: made by helm or kubectl, so that it has no lines of its own.
   */
  from: 'user' | 'folder' | 'kustomization' | 'renderer'
  /** The command that checks it rendered, if it turns out to be a template. */
  rendering: string
  /** The kustomization beside it, which does not name it. */
  unnamedBy?: string
}

export interface Sources extends Findings {
  sources: Source[]
}

export interface Reading {
  stdin: () => AsyncIterable<Uint8Array>
  /** The command that checks what comes on standard input. */
  check: string
  /** Renders a chart or kustomization; null where that is left to the user. @throws Error that says why it failed */
  render: ((folder: string, as: 'chart' | 'kustomization') => Promise<string>) | null
}

const MANIFEST = /\.(ya?ml|json)$/

/** A file that may be read, or text that is there already. */
type Found = File | Source

interface File {
  path: string
  from: Source['from']
  /** The real path of the folder that was named; null for a file that was named itself. */
  root: string | null
}

interface Walk {
  found: Found[]
  kustomizations: Kustomization[]
  changes: Change[]
  charts: { folder: string; isNamed: boolean }[]
  findings: Findings
}

/**
 * Reads files, folders with all below them, and `-` for standard input, in this order, folders by name. Charts and
 * kustomizations are rendered, or noted with the command that does it.
 *
 * @returns what could not be read as problems, all at once
 */
export async function readSources(paths: readonly string[], reading: Reading): Promise<Sources> {
  const findings = noFindings()
  const walk: Walk = { found: [], kustomizations: [], changes: [], charts: [], findings }
  for (const path of paths) {
    if (path === '-') walk.found.push(...(await readStdin(reading, findings)))
    else await visitPath(path, walk)
  }
  const rendered = [...(await readCharts(walk, reading)), ...(await readKustomizations(walk, reading))]
  const isLeftOut = await leftOut(walk, reading)
  const unnamedBy = namedNowhere(walk)
  const read: Source[] = []
  for (const one of walk.found) {
    const source = 'text' in one ? one : isLeftOut(one.path) ? null : await readSource(one, findings, reading)
    if (source !== null) read.push({ ...source, ...('path' in one ? unnamedBy(one) : {}) })
  }
  return { sources: [...read, ...rendered], ...findings }
}

/** A file beside a kustomization is applied only where one of them names it. */
function namedNowhere({ kustomizations }: Walk): (file: File) => Pick<Source, 'unnamedBy'> {
  const named = new Set(kustomizations.flatMap(({ resources }) => resources))
  const beside = new Map(
    kustomizations.flatMap((one) => (one.resources.length === 0 ? [] : [[resolve(one.folder), one.file] as const])),
  )
  return ({ path, from }) => {
    const file = from === 'kustomization' ? beside.get(dirname(resolve(path))) : undefined
    return file === undefined || named.has(resolve(path)) ? {} : { unnamedBy: file }
  }
}

async function readStdin(reading: Reading, { problems }: Findings): Promise<Source[]> {
  try {
    return [sourceOf('-', await readStream(reading.stdin()), 'user', reading)]
  } catch (error) {
    problems.push({ file: '-', line: 1, message: whyNot(error) })
    return []
  }
}

async function visitPath(path: string, walk: Walk): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) {
      return await visitFolder(path, walk, { root: await realpath(path), isNamed: true, isKustomized: false })
    }
  } catch (error) {
    walk.findings.problems.push({ file: path, line: 1, message: whyNot(error) })
    return
  }
  if (isKustomization(basename(path))) await visitKustomization({ path, from: 'user', root: null }, walk)
  else walk.found.push({ path, from: 'user', root: null })
}

async function visitFolder(
  folder: string,
  walk: Walk,
  { root, isNamed, isKustomized }: { root: string; isNamed: boolean; isKustomized: boolean },
): Promise<void> {
  const entries = await entriesOf(folder, walk)
  if (entries.some(({ name }) => name === 'Chart.yaml')) {
    walk.charts.push({ folder, isNamed })
    return
  }
  const kustomization = entries.find(isKustomizationFile)
  if (kustomization !== undefined) {
    await visitKustomization({ path: join(folder, kustomization.name), from: 'kustomization', root }, walk)
  }
  const inside = { root, isNamed: false, isKustomized: isKustomized || kustomization !== undefined }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.') || entry.name === 'node_modules' || isKustomizationFile(entry)) continue
    if (entry.isDirectory()) await visitFolder(path, walk, inside)
    else if (MANIFEST.test(entry.name))
      walk.found.push({ path, from: inside.isKustomized ? 'kustomization' : 'folder', root })
  }
}

/** A folder that may not be read leaves the others as they are. */
async function entriesOf(folder: string, { findings }: Walk): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    findings.problems.push({ file: folder, line: 1, message: whyNot(error) })
    return []
  }
}

function isKustomizationFile(entry: Dirent): boolean {
  return isKustomization(entry.name) && !entry.isDirectory()
}

async function visitKustomization(file: File, { kustomizations, changes, findings }: Walk): Promise<void> {
  const made = kustomizationOf(file.path, (await readText(file, findings)) ?? '')
  kustomizations.push(made)
  for (const change of made.changes) {
    const text = change.path === null ? '' : await readText({ ...file, path: change.path }, noFindings())
    changes.push(...changesOf(file.path, change, text ?? ''))
  }
}

async function readCharts({ charts, findings }: Walk, { render, check }: Reading): Promise<Source[]> {
  const read: Source[] = []
  for (const { folder, isNamed } of charts) {
    const file = join(folder, 'Chart.yaml')
    const command = `${commandText(['helm', 'template', localFolder(folder)])} | ${check}`
    if (render !== null) read.push(...(await rendered(folder, 'chart', file, render, findings)))
    else if (isNamed)
      findings.problems.push({ file, line: 1, message: `this is a Helm chart, render it first: ${command}` })
    else {
      findings.unread.push(`the Helm chart ${folder}`)
      findings.notes.push(note(file, `This Helm chart is not rendered and left out. To check it: ${command}`))
    }
  }
  return read
}

async function readKustomizations(walk: Walk, { render, check }: Reading): Promise<Source[]> {
  const read: Source[] = []
  for (const { folder, file } of rootsOf(walk.kustomizations)) {
    const command = `${commandText(['kubectl', 'kustomize', localFolder(folder)])} | ${check}`
    if (render !== null) read.push(...(await rendered(folder, 'kustomization', file, render, walk.findings)))
    else {
      walk.findings.notes.push(
        note(file, `This kustomization is not rendered, only its files are read. To check it: ${command}`),
      )
    }
  }
  if (render === null) {
    const named = (test: (one: Kustomization) => boolean) =>
      walk.kustomizations.filter(test).map(({ file }) => `the kustomization ${file}`)
    walk.findings.unread.push(...named(({ fetches }) => fetches))
    walk.findings.patching.push(...named(({ patches }) => patches))
    walk.findings.changes.push(...walk.changes)
  }
  return read
}

/** Those that no other one of them is made from. */
function rootsOf(kustomizations: Kustomization[]): Kustomization[] {
  const used = new Set(kustomizations.flatMap(({ resources }) => resources))
  const roots = kustomizations.filter(({ folder }) => !used.has(resolve(folder)))
  return roots.length === 0 ? kustomizations : roots
}

async function rendered(
  folder: string,
  as: 'chart' | 'kustomization',
  file: string,
  render: NonNullable<Reading['render']>,
  { problems }: Findings,
): Promise<Source[]> {
  try {
    return [{ name: file, text: await render(folder, as), from: 'renderer', rendering: '' }]
  } catch (error) {
    problems.push({ file, line: 1, message: Error.isError(error) ? error.message : String(error) })
    return []
  }
}

/** Parts that a kustomization applies to other files; and whatever is rendered counts as it is rendered. */
async function leftOut({ kustomizations }: Walk, { render }: Reading): Promise<(path: string) => boolean> {
  const parts = new Set(kustomizations.flatMap((one) => one.parts))
  const folders = render === null ? [] : kustomizations.map(({ folder }) => resolve(folder) + sep)
  return (path) => {
    const full = resolve(path)
    return parts.has(full) || folders.some((folder) => full.startsWith(folder))
  }
}

async function readSource(file: File, findings: Findings, reading: Reading): Promise<Source | null> {
  const text = await readText(file, findings)
  return text === null ? null : sourceOf(file.path, text, file.from, reading)
}

/** @returns null, with the reason among the findings, for what is not read */
async function readText({ path, root }: File, { problems, notes, unread }: Findings): Promise<string | null> {
  try {
    return root === null ? await readNamed(path) : await readMet(path, root)
  } catch (error) {
    if (error instanceof Unread && root !== null) {
      notes.push(note(path, `This ${error.message}. It is left out.`))
      unread.push(`the file ${path}`)
    } else problems.push({ file: path, line: 1, message: whyNot(error) })
    return null
  }
}

function sourceOf(name: string, text: string, from: Source['from'], { check }: Reading): Source {
  return { name, text, from, rendering: `${commandText(['helm', 'template', ...operands(chartOf(name))])} | ${check}` }
}

/** Templates of a chart lie in `templates`. */
function chartOf(path: string): string {
  const steps = path.split(sep)
  const at = steps.lastIndexOf('templates')
  if (at < 0 || path === '-') return 'CHART'
  return at === 0 ? '.' : steps.slice(0, at).join(sep) || sep
}

function note(file: string, text: string): FileNote {
  return { file, line: 1, text }
}

function whyNot(error: unknown): string {
  const code = Error.isError(error) && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file or folder'
  if (code === 'EACCES') return 'may not be read'
  return Error.isError(error) ? error.message : String(error)
}
