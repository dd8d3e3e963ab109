import { type Document, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { type Dialect, DIALECTS } from './dialect.ts'
import { plainValue } from './plain-value.ts'
import type { Findings } from './problem.ts'
import type { Source } from './source.ts'

/** One YAML document of a source, with where it stands. */
export interface Chunk {
  source: Source
  /** Offset of its text in the source's, and the number of its first line. */
  offset: number
  line: number
  text: string
  /** The text is not that of the source, as long as it is, so that no edit of it fits there. */
  isAltered?: true
}

export interface Parsed {
  chunk: Chunk
  document: Document
  /** What it says, with each alias in place. */
  value: unknown
  /** Where `value` stands in the document. */
  root: readonly (string | number)[]
  /** @returns the line in the source of whatever stands deepest at this path */
  lineAt(path: readonly PropertyKey[]): number
}

/** A line that is no comment, directive or end of a document. For `^` and `$` a line ends at a return as well. */
const CONTENT = /^(?![ \t]*(?:#|$)|%|\.\.\.[ \t]*$)/m

/** At the start of a line, which `^` would find behind a return as well. */
const MARKER = /(?<![^\n])---(?=\s|$)/g

/**
 * Splits a stream at its document markers: these stand at the start of a line and nowhere else. What holds nothing but
 * comments is left out.
 */
export function splitDocuments(source: Source): Chunk[] {
  const chunks: Chunk[] = []
  let chunk: Chunk = { source, offset: 0, line: 1, text: '' }
  let counted = 0
  let line = 1
  const closeAt = (end: number) => {
    chunk.text = source.text.slice(chunk.offset, end)
    if (CONTENT.test(chunk.text)) chunks.push(...splitJson(chunk))
  }
  for (const { index } of source.text.matchAll(MARKER)) {
    closeAt(index)
    for (; counted < index; counted += 1) if (source.text[counted] === '\n') line += 1
    const next = source.text.indexOf('\n', index) + 1 || source.text.length
    const isAlone = source.text.slice(index, next).trim() === '---'
    chunk = { source, offset: isAlone ? next : index + 3, line: isAlone ? line + 1 : line, text: '' }
  }
  closeAt(source.text.length)
  return chunks
}

/** kubectl takes JSON objects one after the other for documents of their own. */
function splitJson(chunk: Chunk): Chunk[] {
  const { text } = chunk
  if (!/^\s*\{/.test(text)) return [chunk]
  const starts: number[] = []
  let depth = 0
  let isQuoted = false
  for (const { 0: token, index } of text.matchAll(/\\.|["{}]/gs)) {
    if (token === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (token === '{') {
      if (depth === 0) starts.push(index)
      depth += 1
    } else if (token === '}') depth -= 1
  }
  const pieces = starts.map((start, index) => [index === 0 ? 0 : start, starts[index + 1] ?? text.length] as const)
  if (pieces.length < 2 || !isJson(text.slice(...(pieces[0] ?? [])))) return [chunk]
  let { line } = chunk
  return pieces.map(([start, end]) => {
    const piece = { ...chunk, offset: chunk.offset + start, line, text: text.slice(start, end) }
    line += piece.text.match(/\n/g)?.length ?? 0
    return piece
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const documents = new WeakMap<Chunk, Map<Dialect, ParsedText>>()

interface ParsedText {
  document: Document
  lines: LineCounter
}

/** The document of a chunk, which is parsed once, faults and all. */
export function documentOf(chunk: Chunk, dialect: Dialect): ParsedText {
  const known = documents.get(chunk) ?? new Map<Dialect, ParsedText>()
  documents.set(chunk, known)
  const parsed = known.get(dialect)
  if (parsed !== undefined) return parsed
  const lines = new LineCounter()
  const fresh = { document: parseDocument(chunk.text, { ...dialect.options, lineCounter: lines }), lines }
  known.set(dialect, fresh)
  return fresh
}

/** The document of a chunk that was read, in whatever dialect that was. */
export function parsedOf(chunk: Chunk): { document: Document; dialect: Dialect } {
  const [dialect = DIALECTS.kubectl] = documents.get(chunk)?.keys() ?? []
  return { document: documentOf(chunk, dialect).document, dialect }
}

/** Parses one document; its faults are added to the problems, and then null is returned. */
export function parseChunk(chunk: Chunk, { problems, notes }: Findings, dialect: Dialect): Parsed | null {
  const { document, lines } = documentOf(chunk, dialect)
  const lineOf = (offset: number) =>
    chunk.source.from === 'renderer' ? 1 : chunk.line + lines.linePos(offset).line - 1
  const told = new Set<number>()
  const file = chunk.source.name
  const { repeated, nested } = oddKeys(document, dialect)
  const faults = [
    ...document.errors.map(({ pos, message }) => ({ offset: pos[0], message })),
    ...nested.map((offset) => ({ offset, message: 'Map keys must be plain values' })),
    ...(dialect.takesRepeatedKeys
      ? []
      : repeated.map(({ offset }) => ({ offset, message: 'Map keys must be unique' }))),
  ]
  for (const { offset, message } of faults) {
    const line = lineOf(offset)
    if (!told.has(line)) problems.push({ file, line, message: `is not valid YAML: ${message}` })
    told.add(line)
  }
  if (faults.length > 0) return null
  const lineAt = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lineOf(keyStart(document, path.slice(0, length)) ?? node.range[0])
    }
    const start = document.contents?.range?.[0]
    return lineOf(start ?? 0)
  }
  try {
    const value: unknown = plainValue(document, dialect)
    const [first, ...more] = repeated
    if (first !== undefined && isObject(value)) {
      const others = more.length === 0 ? '' : `, and ${more.length} more keys of this object`
      const text = `The key ${first.key} is repeated${others}: kubectl takes the last of its values.`
      notes.push({ file, line: lineOf(first.offset), text })
    }
    return { chunk, document, value, root: [], lineAt }
  } catch (error) {
    // An alias of an alias of an alias: the library says which limit it keeps.
    const message = `is not readable YAML: ${Error.isError(error) ? error.message : String(error)}`
    problems.push({ file, line: lineAt([]), message })
    return null
  }
}

/** A value within a document, as if it were a document of its own. */
export function partOf(parsed: Parsed, root: readonly (string | number)[], value: unknown): Parsed {
  return { ...parsed, value, root, lineAt: (path) => parsed.lineAt([...root, ...path]) }
}

/** Whatever is meant for Kubernetes says so. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value
}

/** The library compares each key with each other one, and a ConfigMap may hold very many. */
function oddKeys(document: Document, { takesRepeatedKeys }: Dialect) {
  const repeated: { offset: number; key: string }[] = []
  const nested: number[] = []
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (isCollection(key)) nested.push(key.range?.[0] ?? 0)
        if (!isScalar(key)) continue
        const name = key.source ?? String(key.value)
        if (name === '<<' && takesRepeatedKeys) continue
        if (seen.has(name)) repeated.push({ offset: key.range?.[0] ?? 0, key: name })
        seen.add(name)
      }
    },
  })
  return { repeated, nested }
}

/** A value below its key is found at the key. */
function keyStart(document: Document, path: readonly PropertyKey[]): number | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return null
  const pair = parent.items.find(({ key }) => String(key) === String(path.at(-1)))
  return isNode(pair?.key) ? (pair.key.range?.[0] ?? null) : null
}
