import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'
import type { Parsed } from './document.ts'
import type { Problem } from './problem.ts'

/** What zod says is wrong. The small form of it brings no words of its own. */
z.config(en())

/** Of one document: nobody reads more. */
const MOST = 1000

/** Every fault that a schema found, at its line. */
export function schemaProblems(error: z.core.$ZodError, parsed: Parsed, root: readonly PropertyKey[] = []): Problem[] {
  const more = error.issues.length - MOST
  const problems = error.issues.slice(0, MOST).map((issue) => {
    const isUnknown = issue.code === 'unrecognized_keys'
    const path = [...root, ...issue.path, ...(isUnknown ? issue.keys.slice(0, 1) : [])]
    const where = issue.path.map(String).join('.')
    const message = isUnknown
      ? `has no field ${issue.keys.join(', ')}${where === '' ? '' : ` in ${where}`}`
      : `${where}: ${issue.message}${needsQuotes(issue.message) ? ' (write it in quotes)' : ''}`
    return { ...at(parsed, path), message }
  })
  if (more > 0) problems.push({ ...at(parsed, root), message: `has ${more} more faults` })
  return problems
}

function needsQuotes(message: string): boolean {
  return /expected string, received (number|boolean)$/.test(message)
}

function at(parsed: Parsed, path: readonly PropertyKey[]): Pick<Problem, 'file' | 'line'> {
  return { file: parsed.chunk.source.name, line: parsed.lineAt(path) }
}
