import { structuredPatch } from 'diff'

/** A unified diff of two texts, as `diff -u` and `patch` know it; empty when they are equal. */
export function unifiedDiff(name: string, before: string, after: string): string {
  const { hunks } = structuredPatch(name, name, ended(before), ended(after), undefined, undefined, { context: 3 })
  if (hunks.length === 0) return ''
  const shown = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines,
  ])
  return [`--- ${name}`, `+++ ${name}`, ...shown].join('\n')
}

/** What stands at the end of a last line is no change. */
function ended(text: string): string {
  return text.replace(/\n?$/, '\n')
}
