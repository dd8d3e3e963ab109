import fc from 'fast-check'
import type { TextEdit } from '../src/edit-text.ts'

export interface Style {
  /** From which depth on collections are in flow style; 0: JSON. */
  flowFrom: number
  isIndented: boolean
  isSpread: boolean
  quote: 'none' | 'single' | 'double'
  comments: boolean
  eol: '\n' | '\r\n'
  isEnded: boolean
  /** What stands above and below it in the file. */
  above: string
  below: string
}

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain }
type PlainMap = { [key: string]: Plain }

export const styles: fc.Arbitrary<Style> = fc.record({
  flowFrom: fc.constantFrom(0, 1, 2, 3, 4, 9),
  isIndented: fc.boolean(),
  isSpread: fc.boolean(),
  quote: fc.constantFrom('none', 'single', 'double'),
  comments: fc.boolean(),
  eol: fc.constantFrom('\n', '\r\n'),
  isEnded: fc.boolean(),
  above: fc.constantFrom('', '# above\n', '---\n', 'kind: Other\n---\n', '# a\n---\n# b\tc\n'),
  below: fc.constantFrom('', '---\nkind: Other\n', '...\n', '\n# below\n', '\n\n'),
})

const key = fc.constantFrom('a', 'b', 'c', 'spec', 'ports', 'kubernetes.io/x')
const leaf = fc.constantFrom<Plain>('x', 'on', '80', 'a: b', '', 'x # y', '{z}', 'two\nlines\n', 80, 0, true, null)

export const documents: fc.Arbitrary<PlainMap> = fc.letrec<{ map: PlainMap; value: Plain }>((tie) => ({
  map: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('map'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).map

const values = fc.constantFrom<unknown>('Cluster', 'on', 'a, b', 30080, { app: 'web', tier: 'on' }, [{ port: 80 }], {})

/** An edit that has a place in a document: below one of its maps or lists. */
export const edits = (document: PlainMap): fc.Arbitrary<TextEdit> => {
  const places = placesIn(document, [])
  return fc.oneof(
    fc.record({
      how: fc.constant('set' as const),
      path: fc
        .constantFrom(...places.maps)
        .chain((path) => fc.oneof(key, fc.constant('new')).map((last) => [...path, last])),
      value: values,
    }),
    ...(places.lists.length === 0
      ? []
      : [fc.record({ how: fc.constant('append' as const), path: fc.constantFrom(...places.lists), value: values })]),
    fc.record({
      how: fc.constant('set' as const),
      path: fc.constantFrom(...places.maps).map((path) => [...path, 'new', 'deep', 'er']),
      value: values,
    }),
  )
}

type Path = (string | number)[]

function placesIn(value: Plain, path: Path): { maps: Path[]; lists: Path[] } {
  if (typeof value !== 'object' || value === null) return { maps: [], lists: [] }
  const isList = Array.isArray(value)
  const below = Object.entries(value).map(([name, one]) => placesIn(one, [...path, isList ? Number(name) : name]))
  return {
    maps: [...(isList ? [] : [path]), ...below.flatMap(({ maps }) => maps)],
    lists: [...(isList ? [path] : []), ...below.flatMap(({ lists }) => lists)],
  }
}

/** A document as somebody may write it. */
export function write(value: PlainMap, style: Style): string {
  const isJson = style.flowFrom === 0
  const body = isJson ? JSON.stringify(value, null, style.isSpread ? 2 : 0) : lines(value, 0, 0, style).join('\n')
  const lead = style.flowFrom === 0 && style.above === '' ? '' : style.above
  const text = `${lead}${body}\n${style.below}`
  return (style.isEnded ? text : text.trimEnd()).replaceAll('\n', style.eol)
}

function lines(value: Plain, depth: number, column: number, style: Style): string[] {
  const indent = ' '.repeat(column)
  if (Array.isArray(value)) {
    return value.flatMap((one) => {
      const [first = '', ...rest] = isBlock(one, depth + 1, style)
        ? lines(one, depth + 1, column + 2, style)
        : [' '.repeat(column + 2) + inline(one, style)]
      return [`${indent}- ${first.trimStart()}`, ...rest]
    })
  }
  return Object.entries(value as PlainMap).flatMap(([name, one]) => {
    const comment = style.comments ? ' # a\tb' : ''
    const head = `${indent}${scalar(name, { ...style, quote: style.quote === 'double' ? 'double' : 'none' })}:`
    if (one === null && style.isSpread) return [`${head}${comment}`]
    if (one === 'two\nlines\n') return [`${head} |${comment}`, `${indent}  two`, `${indent}  lines`]
    if (!isBlock(one, depth + 1, style)) return [`${head} ${inline(one, style)}${comment}`]
    const at = column + (Array.isArray(one) && !style.isIndented ? 0 : 2)
    return [`${head}${comment}`, ...lines(one, depth + 1, at, style)]
  })
}

function isBlock(value: Plain, depth: number, { flowFrom }: Style): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0 && depth < flowFrom
}

function inline(value: Plain, style: Style): string {
  if (Array.isArray(value)) return `[${value.map((one) => inline(one, style)).join(style.isSpread ? ' , ' : ', ')}]`
  if (typeof value !== 'object' || value === null) return scalar(value, style)
  const pairs = Object.entries(value).map(([name, one]) => `${scalar(name, style)}: ${inline(one, style)}`)
  return style.isSpread ? `{ ${pairs.join(', ')} }` : `{${pairs.join(', ')}}`
}

function scalar(value: Plain, { quote }: Style): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  const needs = !/^[a-z][\w./-]*$/.test(value) || value === 'on' || value.includes('\n')
  if (!needs && quote === 'none') return value
  return quote === 'single' && !value.includes('\n') ? `'${value}'` : JSON.stringify(value)
}
