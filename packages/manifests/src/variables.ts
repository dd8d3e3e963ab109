import type { Findings } from './problem.ts'
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
  for (const { name: file, text, from } of sources) {
    if (!problems.some((one) => one.file === file) || variablesIn(text).length === 0) continue
    const lines = text.split('\n')
    const of = ({ line }: { line: number }) => variablesIn(lines[line - 1] ?? '')
    const caused = problems.filter((one) => one.file === file && of(one).length > 0)
    const [first] = caused
    if (first === undefined) continue
    const missing = [...new Set(caused.flatMap(of))]
    const names = missing.map((name) => `\${${name}}`).join(' and ')
    const is = `is a template in which ${names} ${missing.length === 1 ? 'is' : 'are'} not filled in`
    const others = problems.filter((one) => !caused.includes(one))
    problems.splice(0, problems.length, ...others)
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
}
