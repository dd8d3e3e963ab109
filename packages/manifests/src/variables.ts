import type { Findings, Problem } from './problem.ts'
import type { Source } from './source.ts'

/**
 * As a shell and envsubst write them; a name without braces counts where it is in capitals. What stands behind a name is
 * looked through for its end so far and no further: a line may begin very many.
 */
const VARIABLE = /\$\{([A-Za-z_]\w*)(?:[:?=+-][^}\n]{0,200})?\}|\$([A-Z_][A-Z0-9_]*)\b/g

/** Names of variables that are to be filled in, each once. */
export function variablesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(VARIABLE), ([, braced, plain]) => braced ?? plain ?? ''))]
}

/**
 * Faults on lines with a variable are those of a template that is not filled in, and said as such, once a file: as a fault
 * of a file that the user named, as a note of one that was met in a folder.
 */
export function explainVariables(sources: readonly Source[], { problems, notes, unread }: Findings): void {
  const byFile = Map.groupBy(problems, ({ file }) => file)
  const explained = new Set<Problem>()
  for (const { name: file, text, from } of sources) {
    const found = byFile.get(file)
    if (found === undefined || variablesIn(text).length === 0) continue
    const lines = text.split('\n')
    const byLine = new Map(
      Array.from(new Set(found.map(({ line }) => line)), (line) => [line, variablesIn(lines[line - 1] ?? '')] as const),
    )
    const caused = found.filter(({ line }) => (byLine.get(line)?.length ?? 0) > 0)
    const [first] = caused
    if (first === undefined) continue
    for (const one of caused) explained.add(one)
    const missing = [...new Set([...byLine.values()].flat())]
    const names = missing.map((name) => `\${${name}}`).join(' and ')
    const is = `is a template in which ${names} ${missing.length === 1 ? 'is' : 'are'} not filled in`
    const { line } = first
    if (from === 'folder' || from === 'kustomization') {
      notes.push({
        file,
        line,
        text: `This file ${is}. What it takes is left out: fill it in first, as envsubst does.`,
      })
      unread.push(`the template ${file}`)
    } else problems.push({ file, line, message: `${is}. Fill it in first, as envsubst does.` })
  }
  const others = problems.filter((one) => !explained.has(one))
  problems.length = 0
  for (const one of others) problems.push(one)
}
