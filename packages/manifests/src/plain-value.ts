import { type Document, isAlias, isMap, isScalar, isSeq, visit } from 'yaml'
import { type Dialect, MOST_ALIASES } from './dialect.ts'

/** Keys that merges (`<<`) may copy, all together: a file of some kilobytes could ask for millions. */
const MOST_MERGED = 100_000

/**
 * What a document says, with each alias in place.
 *
 * @throws Error where that has no end, or asks for too much
 */
export function plainValue(document: Document, { takesRepeatedKeys }: Dialect): unknown {
  if (mergedKeys(document) > MOST_MERGED) throw new Error(`its merge keys copy more than ${MOST_MERGED} keys`)
  const ordered = takesRepeatedKeys ? inOrder(document) : document
  return ordered.toJS({ maxAliasCount: MOST_ALIASES })
}

/**
 * To the library a key of the map itself goes before those that it merges, and the first merge before the next one. Where
 * the last one counts, whatever it is, keys give way to the merges that follow them. The document itself stays as it is.
 */
function inOrder(document: Document): Document {
  let isOrdered = true
  visit(document, {
    Map(_, { items }) {
      const last = items.findLastIndex(({ key }) => isMerge(key))
      if (last > 0) isOrdered = false
      return isOrdered ? undefined : visit.BREAK
    },
  })
  if (isOrdered) return document
  const copy = document.clone()
  visit(copy, {
    Map(_, map) {
      const later = new Set<string>()
      const merges: typeof map.items = []
      const left: typeof map.items = []
      for (const pair of map.items.toReversed()) {
        if (isMerge(pair.key)) {
          merges.push(pair)
          for (const key of keysOf(pair.value, copy)) later.add(key)
        } else if (!later.has(String(pair.key))) left.push(pair)
      }
      map.items = [...merges, ...left.toReversed()]
    },
  })
  return copy
}

/** Of what a merge copies. */
function keysOf(merged: unknown, document: Document, depth = 0): Set<string> {
  if (depth > MOST_DEPTH) return new Set()
  const node = isAlias(merged) ? merged.resolve(document) : merged
  if (isSeq(node)) return new Set(node.items.flatMap((one) => [...keysOf(one, document, depth + 1)]))
  if (!isMap(node)) return new Set()
  return new Set(
    node.items.flatMap(({ key, value }) => (isMerge(key) ? [...keysOf(value, document, depth + 1)] : [String(key)])),
  )
}

/** Of merges within merges. */
const MOST_DEPTH = 20

/** The keys that a map has in the end, by its own and by those that it merges. */
function mergedKeys(document: Document): number {
  const anchors = new Map<string, unknown>()
  const merges: unknown[] = []
  visit(document, {
    Node(_, node) {
      if ('anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, node)
    },
    Pair(_, { key, value }) {
      if (isMerge(key)) merges.push(value)
    },
  })
  const known = new Map<unknown, number>()
  const sizeOf = (node: unknown): number => {
    const before = known.get(node)
    if (before !== undefined) return before
    known.set(node, 0)
    const size = isAlias(node)
      ? sizeOf(anchors.get(node.source))
      : isSeq(node)
        ? sum(node.items.map(sizeOf))
        : isMap(node)
          ? sum(node.items.map(({ key, value }) => (isMerge(key) ? sizeOf(value) : 1)))
          : 0
    known.set(node, size)
    return size
  }
  return sum(merges.map(sizeOf))
}

/** The library makes a symbol of such a key where it merges. */
function isMerge(key: unknown): boolean {
  return isScalar(key) && key.source === '<<'
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
