import { type Document, isAlias, isMap, isScalar, isSeq, visit } from 'yaml'
import { MOST_ALIASES } from './dialect.ts'

/** Keys that merges (`<<`) may copy, all together: a file of some kilobytes could ask for millions. */
const MOST_MERGED = 100_000

/**
 * What a document says, with each alias in place.
 *
 * @throws Error where that has no end, or asks for too much
 */
export function plainValue(document: Document): unknown {
  if (mergedKeys(document) > MOST_MERGED) throw new Error(`its merge keys copy more than ${MOST_MERGED} keys`)
  return document.toJS({ maxAliasCount: MOST_ALIASES })
}

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
