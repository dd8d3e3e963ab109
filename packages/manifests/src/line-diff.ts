const CONTEXT = 3

/** A unified diff of two texts, as `diff -u` and `patch` know it; empty when they are equal. */
export function unifiedDiff(name: string, before: string, after: string): string {
  const hunks = hunksOf(compare(linesOf(before), linesOf(after)))
  if (hunks.length === 0) return ''
  return [`--- ${name}`, `+++ ${name}`, ...hunks].join('\n')
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n')
}

/** One line of both, of the old text alone, or of the new one. */
interface Line {
  sign: ' ' | '-' | '+'
  text: string
}

/** The two texts are alike but for a few lines in the middle, of which the longest common part is kept. */
function compare(before: string[], after: string[]): Line[] {
  let start = 0
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1
  let end = 0
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const keep = (lines: string[]): Line[] => lines.map((text) => ({ sign: ' ', text }))
  return [
    ...keep(before.slice(0, start)),
    ...compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...keep(before.slice(before.length - end)),
  ]
}

function compareMiddle(before: string[], after: string[]): Line[] {
  const common = commonLengths(before, after)
  const at = (row: number, column: number) => common[row]?.[column] ?? 0
  const lines: Line[] = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]]
    if (old !== undefined && old === fresh) {
      lines.push({ sign: ' ', text: old })
      row += 1
      column += 1
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: old })
      row += 1
    } else if (fresh !== undefined) {
      lines.push({ sign: '+', text: fresh })
      column += 1
    }
  }
  return lines
}

/** How many lines the two have in common from a place in each on, at best. */
function commonLengths(before: string[], after: string[]): number[][] {
  const common = [...before, ''].map(() => [...after, ''].map(() => 0))
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const [here, below] = [common[row] ?? [], common[row + 1] ?? []]
      const diagonal = before[row] === after[column] ? (below[column + 1] ?? 0) + 1 : 0
      here[column] = Math.max(diagonal, below[column] ?? 0, here[column + 1] ?? 0)
    }
  }
  return common
}

function hunksOf(lines: Line[]): string[] {
  const changed = lines.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]))
  const stretches: [number, number][] = []
  for (const index of changed) {
    const last = stretches.at(-1)
    if (last !== undefined && index - CONTEXT <= last[1]) last[1] = index + CONTEXT + 1
    else stretches.push([Math.max(0, index - CONTEXT), index + CONTEXT + 1])
  }
  return stretches.flatMap(([from, to]) => {
    const before = lines.slice(0, from)
    const shown = lines.slice(from, to)
    const span = (other: Line['sign']) =>
      `${before.filter(({ sign }) => sign !== other).length + 1},${shown.filter(({ sign }) => sign !== other).length}`
    return [`@@ -${span('+')} +${span('-')} @@`, ...shown.map(({ sign, text }) => `${sign}${text}`)]
  })
}
