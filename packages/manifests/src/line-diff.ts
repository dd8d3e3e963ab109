import { diffArrays } from 'diff'

/** Lines that take the place of others; lines count from 0 and keep their ends. */
export interface LineChange {
  at: number
  removed: number
  added: string[]
}

/** A unified diff of two texts, as `git apply` and `patch -p1` take it; empty when they are equal. */
export function unifiedDiff(name: string, before: string, after: string): string {
  const lines = linesOf(before)
  return renderDiff(name, lines, lineChanges(lines, linesOf(after), 0))
}

export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** @param offset the number of the first of the lines */
export function lineChanges(before: string[], after: string[], offset: number): LineChange[] {
  const changes: LineChange[] = []
  let at = offset
  let open: LineChange | null = null
  for (const { value, added, removed } of diffArrays(before, after)) {
    if (!added && !removed) {
      at += value.length
      open = null
      continue
    }
    if (open === null) {
      open = { at, removed: 0, added: [] }
      changes.push(open)
    }
    if (added) open.added.push(...value)
    else open.removed += value.length
    if (removed) at += value.length
  }
  return changes
}

const CONTEXT = 3

/** @param changes in order, none into another */
export function renderDiff(name: string, lines: readonly string[], changes: readonly LineChange[]): string {
  if (changes.length === 0) return ''
  const hunks: LineChange[][] = []
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1)
    if (last !== undefined && change.at - (last.at + last.removed) <= 2 * CONTEXT) hunks.at(-1)?.push(change)
    else hunks.push([change])
  }
  let shift = 0
  const shown = hunks.flatMap((hunk) => {
    const [first, last] = [hunk[0], hunk.at(-1)]
    if (first === undefined || last === undefined) return []
    const start = Math.max(0, first.at - CONTEXT)
    const end = Math.min(lines.length, last.at + last.removed + CONTEXT)
    const body: string[] = []
    let at = start
    for (const { at: next, removed, added } of hunk) {
      body.push(...lines.slice(at, next).map((line) => ` ${line}`))
      body.push(...lines.slice(next, next + removed).map((line) => `-${line}`), ...added.map((line) => `+${line}`))
      at = next + removed
    }
    body.push(...lines.slice(at, end).map((line) => ` ${line}`))
    const grown = hunk.reduce((sum, { removed, added }) => sum + added.length - removed, 0)
    const head = `@@ -${range(start, end - start)} +${range(start + shift, end - start + grown)} @@\n`
    shift += grown
    return [head, ...body.map((line) => (line.endsWith('\n') ? line : `${line}\n${NO_END}`))]
  })
  const [old, made] = ['a', 'b'].map((side) => fileName(`${side}/${name}`))
  return `--- ${old}\n+++ ${made}\n${shown.join('')}`.replace(/\n$/, '')
}

const NO_END = '\\ No newline at end of file\n'

function range(start: number, count: number): string {
  return `${count === 0 ? start : start + 1},${count}`
}

/** A name that git would quote is quoted, and behind one with spaces stands a tab, as git writes it. */
function fileName(name: string): string {
  if (/["\\\p{Cc}]/u.test(name)) return JSON.stringify(name)
  return name.includes(' ') ? `${name}\t` : name
}
