import { relative, resolve, sep } from 'node:path'
import type { Edit } from '@portolan/core'
import { type Chunk, parsedOf } from './document.ts'
import { editText, type Splice, spliced, spliceOf, type TextEdit } from './edit-text.ts'
import { lineChanges, linesOf, renderDiff } from './line-diff.ts'
import { placeKey, type Places } from './place.ts'
import type { Source } from './source.ts'

/** Characters of a diff: where a line has no end, the fix is said in words alone. */
const MOST_SHOWN = 100_000

/** The edits as a unified diff of the user's own files; null where one of them has no place there. */
export function diffOf(edits: readonly Edit[], places: Places): string | null {
  const splices = new Map<Chunk, Splice>()
  for (const { object, path, how, value } of edits) {
    const place = places.get(placeKey(object))
    if (place === undefined || place.chunk.source.from === 'renderer' || place.chunk.isAltered || place.isCompact)
      return null
    const { chunk } = place
    const splice = withEdit(chunk, splices.get(chunk), { how, value, path: [...place.path, ...path] })
    if (splice === null) return null
    splices.set(chunk, splice)
  }
  const bySource = Map.groupBy(splices, ([chunk]) => chunk.source)
  const diff = [...bySource].map(([source, changed]) => sourceDiff(source, changed)).join('\n')
  return diff === '' || diff.length > MOST_SHOWN ? null : diff
}

/** The first edit of a document takes its text as it was parsed; one more needs the text that the others left. */
function withEdit(chunk: Chunk, before: Splice | undefined, edit: TextEdit): Splice | null {
  if (before === undefined) return spliceOf({ text: chunk.text, ...parsedOf(chunk) }, edit)
  const after = editText(spliced(chunk.text, before), edit)
  return after === null ? null : between(chunk.text, after)
}

/** The part of a text that became another one. */
function between(before: string, after: string): Splice {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start += 1
  let same = 0
  while (same < most - start && before[before.length - same - 1] === after[after.length - same - 1]) same += 1
  return { start, end: before.length - same, text: after.slice(start, after.length - same) }
}

/** Of the lines that a splice touches alone: a file may be long, and have a fix for each of its objects. */
function sourceDiff(source: Source, changed: [Chunk, Splice][]): string {
  const { lines, starts } = indexOf(source)
  const changes = changed
    .toSorted(([a], [b]) => a.offset - b.offset)
    .flatMap(([chunk, splice]) => {
      const [start, end] = [chunk.offset + splice.start, chunk.offset + splice.end]
      const first = lineAt(starts, start)
      const last = lineAt(starts, Math.max(start, end - 1))
      const offset = starts[first] ?? 0
      const before = lines.slice(first, last + 1)
      const after = spliced(before.join(''), { start: start - offset, end: end - offset, text: splice.text })
      return lineChanges(before, linesOf(after), first)
    })
  return renderDiff(pathInDiff(source.name), lines, changes)
}

const indices = new WeakMap<Source, { lines: string[]; starts: number[] }>()

function indexOf(source: Source) {
  const known = indices.get(source)
  if (known !== undefined) return known
  const lines = linesOf(source.text)
  const starts: number[] = []
  let offset = 0
  for (const line of lines) {
    starts.push(offset)
    offset += line.length
  }
  const index = { lines, starts }
  indices.set(source, index)
  return index
}

/** The last line that starts at an offset or before it. */
function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length]
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low
}

/** From the current folder, where the diff is to be applied; a file elsewhere is named from the root. */
function pathInDiff(name: string): string {
  if (name === '-') return name
  const full = resolve(name)
  const path = relative('', full)
  return (path.startsWith('..') ? full.slice(1) : path).replaceAll(sep, '/')
}
