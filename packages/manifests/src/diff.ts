import type { Edit } from '@portolan/core'
import type { Chunk } from './document.ts'
import { editText } from './edit-text.ts'
import { unifiedDiff } from './line-diff.ts'
import { placeKey, type Places } from './place.ts'
import type { Source } from './source.ts'

/** Characters of a diff: where a line has no end, the fix is said in words alone. */
const MOST_SHOWN = 100_000

/** The edits as a unified diff of the user's own files; null where one of them has no place there. */
export function diffOf(edits: readonly Edit[], places: Places): string | null {
  const texts = new Map<Chunk, string>()
  for (const edit of edits) {
    const place = places.get(placeKey(edit.object))
    if (place === undefined || place.chunk.source.from === 'renderer') return null
    const edited = editText(texts.get(place.chunk) ?? place.chunk.text, {
      ...edit,
      path: [...place.path, ...edit.path],
    })
    if (edited === null) return null
    texts.set(place.chunk, edited)
  }
  const bySource = Map.groupBy(texts.keys(), (chunk) => chunk.source)
  const diffs = [...bySource].map(([source, chunks]) =>
    unifiedDiff(source.name, source.text, rewrite(source, chunks, texts)),
  )
  const diff = diffs.join('\n')
  return diff === '' || diff.length > MOST_SHOWN ? null : diff
}

function rewrite({ text }: Source, chunks: Chunk[], texts: Map<Chunk, string>): string {
  return chunks
    .toSorted((a, b) => b.offset - a.offset)
    .reduce(
      (all, chunk) =>
        all.slice(0, chunk.offset) + (texts.get(chunk) ?? '') + all.slice(chunk.offset + chunk.text.length),
      text,
    )
}
