import {
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

export interface TextEdit {
  how: 'set' | 'append'
  path: (string | number)[]
  value: unknown
}

/**
 * Changes one value of a YAML document and leaves every other line as it is written.
 *
 * @returns null where the document has no such place
 */
export function editText(text: string, { how, path, value }: TextEdit): string | null {
  const { contents } = parseDocument(text, { uniqueKeys: false })
  let at: unknown = contents
  let pair: Pair | null = null
  for (const [depth, key] of path.entries()) {
    const rest = path.slice(depth)
    if (isSeq(at)) {
      at = at.get(key, true)
      continue
    }
    if (!isMap(at) || at.flow) return pair === null ? null : replacePair(text, pair, rest, how, value)
    const next: Pair | undefined = at.items.find((one) => String(one.key) === String(key))
    if (next === undefined) return insertPair(text, at, nested(rest, how, value))
    pair = next
    at = next.value
  }
  if (pair === null || at === undefined) return null
  if (how === 'append' && isSeq(at) && !at.flow && at.items.length > 0) return appendItem(text, at, value)
  if (how === 'set' && isScalar(at) && at.range && !isBlock(at.type) && typeof value !== 'object') {
    return text.slice(0, at.range[0]) + stringify(value).trimEnd() + text.slice(at.range[1])
  }
  return replacePair(text, pair, [], how, value)
}

const isBlock = (type: string | null | undefined) => type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED'

/** The value with all that is missing on the way to it. */
function nested(path: (string | number)[], how: TextEdit['how'], value: unknown): unknown {
  const inner = how === 'append' ? [value] : value
  return path.reduceRight<unknown>((below, key) => ({ [key]: below }), inner)
}

function insertPair(text: string, map: YAMLMap, block: unknown): string | null {
  const first = map.items[0]
  const start = (first?.key as Node | undefined)?.range?.[0]
  if (first === undefined || start === undefined) return null
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const indent = ' '.repeat(start - lineStart)
  const lines = render(block, indent)
  if (text.slice(lineStart, start).trim() === '') return text.slice(0, lineStart) + lines + text.slice(lineStart)
  const end = endOfPair(text, first)
  return text.slice(0, end) + (text[end - 1] === '\n' ? '' : '\n') + lines + text.slice(end)
}

function appendItem(text: string, list: YAMLSeq, value: unknown): string | null {
  const items = list.items as Node[]
  const start = items[0]?.range?.[0]
  const last = items.at(-1)?.range?.[1]
  if (start === undefined || last === undefined) return null
  const dash = text.lastIndexOf('-', start - 1)
  const indent = ' '.repeat(dash - text.lastIndexOf('\n', dash) - 1)
  const end = endOfLine(text, last)
  return text.slice(0, end) + (text[end - 1] === '\n' ? '' : '\n') + render([value], indent) + text.slice(end)
}

/** Writes a pair anew, in block style: for what stands there in flow style, or in more than one line. */
function replacePair(
  text: string,
  pair: Pair,
  rest: (string | number)[],
  how: TextEdit['how'],
  value: unknown,
): string | null {
  const start = (pair.key as Node).range?.[0]
  if (start === undefined) return null
  const old = isCollection(pair.value) ? pair.value.toJSON() : isScalar(pair.value) ? pair.value.value : null
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const column = ' '.repeat(start - lineStart)
  const block = render({ [String(pair.key)]: replaced(old, rest, how, value) }, column)
  return text.slice(0, start) + block.slice(column.length) + text.slice(endOfPair(text, pair))
}

function replaced(old: unknown, [key, ...rest]: (string | number)[], how: TextEdit['how'], value: unknown): unknown {
  if (key !== undefined) {
    const map = typeof old === 'object' && old !== null ? (old as Record<string, unknown>) : {}
    return { ...map, [key]: replaced(map[key], rest, how, value) }
  }
  return how === 'set' ? value : [...(Array.isArray(old) ? old : []), value]
}

function render(value: unknown, indent: string): string {
  return stringify(value, { indentSeq: false, lineWidth: 0 }).replaceAll(/^(?=.)/gm, indent)
}

function endOfPair(text: string, pair: Pair): number {
  const value = pair.value as Node | null
  return endOfLine(text, value?.range?.[1] ?? (pair.key as Node).range?.[1] ?? 0)
}

/** Behind the line of the last thing that stands before `offset`. */
function endOfLine(text: string, offset: number): number {
  const last = text.slice(0, offset).trimEnd().length
  const newline = text.indexOf('\n', last)
  return newline < 0 ? text.length : newline + 1
}
