import { isDeepStrictEqual } from 'node:util'
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { type Dialect, DIALECTS, MOST_ALIASES, PlainScalar } from './dialect.ts'
import { isRecord } from './json-patch.ts'

export interface TextEdit {
  how: 'set' | 'append'
  path: (string | number)[]
  value: unknown
}

/** What takes the place of a part of a text. */
export interface Splice {
  start: number
  end: number
  text: string
}

/** A text as it is parsed. */
export interface EditedText {
  text: string
  document: Document
  dialect: Dialect
}

/**
 * Changes one value of a YAML document and leaves every other line as it is written.
 *
 * @returns null where the document has no such place
 */
export function editText(text: string, edit: TextEdit): string | null {
  const dialect = DIALECTS.kubectl
  const splice = spliceOf({ text, document: parseDocument(text, dialect.options), dialect }, edit)
  return splice === null ? null : spliced(text, splice)
}

export function spliced(text: string, { start, end, text: by }: Splice): string {
  return text.slice(0, start) + by + text.slice(end)
}

/** Characters up to which an edit is proven by parsing what it makes. */
const MOST_PROVEN = 32_768

/**
 * What an edit changes in the text of a document.
 *
 * @returns null where the document has no such place, or one that would change another as well
 */
export function spliceOf(edited: EditedText, edit: TextEdit): Splice | null {
  if (edited.document.errors.length > 0) return null
  const splice = findSplice(edited, edit)
  if (splice === null || edited.text.length > MOST_PROVEN) return splice
  return isProven(edited, spliced(edited.text, splice), edit) ? splice : null
}

function isProven({ document, dialect }: EditedText, after: string, edit: TextEdit): boolean {
  const made = parseDocument(after, dialect.options)
  return made.errors.length === 0 && isDeepStrictEqual(plainValue(made), applied(plainValue(document), edit.path, edit))
}

function plainValue(document: Document): unknown {
  return document.toJS({
    maxAliasCount: MOST_ALIASES,
    reviver: (_, value: unknown) => (value instanceof PlainScalar ? value.value : value),
  })
}

/** The plain value with the edit. */
function applied(value: unknown, [key, ...rest]: TextEdit['path'], edit: TextEdit): unknown {
  if (key === undefined) return edit.how === 'set' ? edit.value : [...(Array.isArray(value) ? value : []), edit.value]
  if (Array.isArray(value)) return value.with(Number(key), applied(value[Number(key)], rest, edit))
  const map = isRecord(value) ? value : {}
  return { ...map, [key]: applied(Object.hasOwn(map, key) ? map[key] : undefined, rest, edit) }
}

/** Where a value stands: below a key, or as an item. */
interface Slot {
  node: Node | null
  /** null for an item. */
  pair: Pair | null
  isInFlow: boolean
}

function findSplice(edited: EditedText, { how, path, value }: TextEdit): Splice | null {
  const { document } = edited
  const shared = sharedAnchors(document)
  let slot: Slot = { node: document.contents as Node | null, pair: null, isInFlow: false }
  for (const [depth, key] of path.entries()) {
    const { node } = slot
    if (isOfOthers(node, shared)) return null
    const inner = nested(path.slice(depth + 1), how, value)
    if (isSeq(node)) {
      const item = typeof key === 'number' ? (node.items[key] as Node | undefined) : undefined
      if (item === undefined) return null
      slot = { node: item, pair: null, isInFlow: slot.isInFlow || node.flow === true }
    } else if (isMap(node)) {
      const pair: Pair | undefined = node.items.findLast((one) => String(one.key) === String(key))
      const isMerged = node.items.some((one) => isScalar(one.key) && one.key.source === '<<')
      if (pair === undefined) return isMerged ? null : insertPair(edited, node, String(key), inner)
      slot = { node: pair.value as Node | null, pair, isInFlow: slot.isInFlow || node.flow === true }
    } else {
      return depth > 0 && isEmpty(node) ? fill(edited, slot, nested(path.slice(depth), how, value)) : null
    }
  }
  const { node } = slot
  if (path.length === 0 || isOfOthers(node, shared)) return null
  if (how === 'append' && isSeq(node) && (node.items.length > 0 || slot.isInFlow))
    return appendItem(edited, node, value)
  if (how === 'set') return fill(edited, slot, value)
  return isEmpty(node) || (isSeq(node) && node.items.length === 0) ? fill(edited, slot, [value]) : null
}

const isEmpty = (node: Node | null) => node === null || (isScalar(node) && node.value === null)

/** An alias stands for what is written elsewhere, and what an alias stands for is not to be changed for one of them. */
function isOfOthers(node: Node | null, shared: ReadonlySet<string>): boolean {
  if (isAlias(node)) return true
  return (isScalar(node) || isCollection(node)) && node.anchor !== undefined && shared.has(node.anchor)
}

const anchors = new WeakMap<Document, ReadonlySet<string>>()

function sharedAnchors(document: Document): ReadonlySet<string> {
  const known = anchors.get(document)
  if (known !== undefined) return known
  const shared = new Set<string>()
  visit(document, { Alias: (_, { source }) => void shared.add(source) })
  anchors.set(document, shared)
  return shared
}

/** The value with all that is missing on the way to it. */
function nested(path: (string | number)[], how: TextEdit['how'], value: unknown): unknown {
  const inner = how === 'append' ? [value] : value
  return path.reduceRight<unknown>((below, key) => ({ [key]: below }), inner)
}

/** A key more: in flow style behind the others, in block style in front of them or, in an item, behind the first. */
function insertPair(edited: EditedText, map: YAMLMap, key: string, value: unknown): Splice | null {
  const { text } = edited
  if (map.flow === true)
    return insertInFlow(edited, map, `${flowScalar(key, isJson(edited))}: ${flow(value, isJson(edited))}`)
  const [first] = map.items
  const start = (first?.key as Node | undefined)?.range?.[0]
  if (first === undefined || start === undefined) return null
  const lineStart = startOfLine(text, start)
  const before = text.slice(lineStart, start)
  const lines = (indent: string) => block({ [key]: value }, indent, eolOf(text))
  if (/^ *$/.test(before)) return { start: lineStart, end: lineStart, text: lines(before) }
  // In an item: `- key: value`.
  return /^ *(?:- +)+$/.test(before) ? insertLines(text, endOf(text, first), lines(' '.repeat(before.length))) : null
}

function appendItem(edited: EditedText, list: YAMLSeq, value: unknown): Splice | null {
  const { text } = edited
  if (list.flow === true) return insertInFlow(edited, list, flow(value, isJson(edited)))
  const dash = list.range?.[0] ?? -1
  const last = list.items.at(-1)
  if (text[dash] !== '-' || !isNodeWithRange(last)) return null
  const before = text.slice(startOfLine(text, dash), dash)
  if (!/^[ -]*$/.test(before)) return null
  return insertLines(text, endOf(text, last), block([value], ' '.repeat(before.length), eolOf(text)))
}

function insertInFlow({ text }: EditedText, { items, range }: YAMLMap | YAMLSeq, what: string): Splice | null {
  if (!range) return null
  const last = items.at(-1)
  if (last === undefined) {
    const inside = text.slice(range[0] + 1, range[1] - 1)
    return inside.trim() === '' ? { start: range[0] + 1, end: range[1] - 1, text: what } : null
  }
  const start = isPair(last) ? (last.key as Node).range?.[0] : (last as Node).range?.[0]
  const end = endOf(text, last as Node | Pair)
  if (start === undefined || end === null) return null
  const before = text.slice(startOfLine(text, start), start)
  const gap = /^[ \t]+$/.test(before) ? `${eolOf(text)}${before}` : ' '
  return { start: end, end, text: `,${gap}${what}` }
}

/** Puts a value in the place of another one, or of none. */
function fill(edited: EditedText, { node, pair, isInFlow }: Slot, value: unknown): Splice | null {
  const { text } = edited
  const isShort = typeof value !== 'object' || value === null || Object.keys(value).length === 0
  const isFlow = isCollection(node) && node.flow === true && node.items.length > 0
  const old = rangeOf(text, node, pair)
  if (old === null) return null
  const [start, end] = old
  if (isInFlow || isShort || isFlow) {
    const written = isShort ? flowScalar(value, isJson(edited)) : flow(value, isJson(edited))
    if (isCollection(node) && node.flow !== true && pair !== null) {
      return { start: afterColon(text, pair) ?? start, end, text: ` ${written}` }
    }
    return { start, end, text: start === end && /[^\s[{]/.test(text[start - 1] ?? '') ? ` ${written}` : written }
  }
  if (isCollection(node) && node.flow !== true) {
    const before = text.slice(startOfLine(text, start), start)
    if (!/^[ -]*$/.test(before)) return null
    // A list may stand as far to the left as its key, and a map may not.
    const least = pair === null || Array.isArray(value) ? 0 : (columnOf(text, pair) ?? 0) + 2
    const deeper = ' '.repeat(Math.max(0, least - before.length))
    return { start, end, text: deeper + block(value, deeper + ' '.repeat(before.length), eolOf(text)).trim() }
  }
  if (pair === null) return { start, end, text: flow(value, isJson(edited)) }
  const column = columnOf(text, pair)
  const colon = afterColon(text, pair)
  if (column === null || colon === null) return null
  const indent = ' '.repeat(Array.isArray(value) ? column : column + 2)
  const lineEnd = endOfLine(text, end)
  const comment = text.slice(end, lineEnd).trim()
  if (comment !== '' && !comment.startsWith('#')) return null
  const lines = block(value, indent, eolOf(text)).trimEnd()
  const isCrlf = text[lineEnd - 1] === '\r'
  return {
    start: colon,
    end: isCrlf ? lineEnd - 1 : lineEnd,
    text: `${comment === '' ? '' : ` ${comment}`}${eolOf(text)}${lines}`,
  }
}

/** From the first to behind the last character of a value; where there is none, behind the colon of its key. */
function rangeOf(text: string, node: Node | null, pair: Pair | null): [number, number] | null {
  const [start, end] = node?.range ?? [0, 0]
  if (node !== null && end > start) {
    const written = text.slice(start, end).trimEnd()
    return written === '' ? null : [start, start + written.length]
  }
  const at = pair === null ? null : afterColon(text, pair)
  return at === null ? null : [at, at]
}

function afterColon(text: string, pair: Pair): number | null {
  const end = (pair.key as Node).range?.[1]
  if (end === undefined) return null
  const [space = ''] = /^[ \t]*/.exec(text.slice(end, end + 100)) ?? []
  return text[end + space.length] === ':' ? end + space.length + 1 : null
}

function columnOf(text: string, pair: Pair): number | null {
  const start = (pair.key as Node).range?.[0]
  if (start === undefined) return null
  const before = text.slice(startOfLine(text, start), start)
  return /^[ -]*$/.test(before) ? before.length : null
}

function isNodeWithRange(node: unknown): node is Node {
  return (isScalar(node) || isCollection(node) || isAlias(node)) && Array.isArray(node.range)
}

/** Behind the last character of a node; null where blank lines behind it belong to it. */
function endOf(text: string, of: Node | Pair): number | null {
  const nodes = isPair(of) ? [of.key as Node, of.value as Node | null] : [of]
  const start = nodes[0]?.range?.[0]
  const colon = isPair(of) ? (afterColon(text, of) ?? 0) : 0
  const end = Math.max(colon, ...nodes.map((node) => node?.range?.[1] ?? 0))
  if (start === undefined || end <= start) return null
  const written = text.slice(start, end)
  return /[|>]\d?\+/.test(written) ? null : start + written.trimEnd().length
}

function insertLines(text: string, after: number | null, lines: string): Splice | null {
  if (after === null) return null
  const at = endOfLine(text, after)
  const isLast = at === text.length
  return isLast ? { start: at, end: at, text: `${eolOf(text)}${lines}` } : { start: at + 1, end: at + 1, text: lines }
}

function startOfLine(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** At the line feed, or at the end of the text. */
function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  return at < 0 ? text.length : at
}

function eolOf(text: string): string {
  const at = text.indexOf('\n')
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n'
}

/** In block style, each line with its end. Words that are truths in YAML 1.1 are quoted, for kubectl reads that. */
function block(value: unknown, indent: string, eol: string): string {
  const lines = stringify(value, { version: '1.1', indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false })
  return lines.replaceAll(/^(?=.)/gm, indent).replaceAll('\n', eol)
}

/** JSON is YAML, and yet a file that is JSON has to stay so. */
function isJson({ document: { contents } }: EditedText): boolean {
  if (!isCollection(contents) || contents.flow !== true) return false
  const [first] = contents.items
  const key = isPair(first) ? first.key : null
  return isScalar(key) && key.type === 'QUOTE_DOUBLE'
}

function flow(value: unknown, isQuoted: boolean): string {
  if (Array.isArray(value)) return `[${value.map((one) => flow(one, isQuoted)).join(', ')}]`
  if (!isRecord(value)) return flowScalar(value, isQuoted)
  return `{${Object.entries(value)
    .map(([key, one]) => `${flowScalar(key, isQuoted)}: ${flow(one, isQuoted)}`)
    .join(', ')}}`
}

const PLAIN = /^[A-Za-z_][\w./-]*$/
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i

function flowScalar(value: unknown, isQuoted: boolean): string {
  const isPlain = typeof value === 'string' && !isQuoted && PLAIN.test(value) && !WORD.test(value)
  return isPlain ? value : JSON.stringify(value)
}
