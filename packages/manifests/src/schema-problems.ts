import type { z } from 'zod'
import type { Parsed } from './document.ts'
import type { Problem } from './problem.ts'

/** Every fault that a schema found, at its line. */
export function schemaProblems(error: z.ZodError, parsed: Parsed, root: readonly PropertyKey[] = []): Problem[] {
  return error.issues.map((issue) => {
    const isUnknown = issue.code === 'unrecognized_keys'
    const path = [...root, ...issue.path, ...(isUnknown ? issue.keys.slice(0, 1) : [])]
    const where = issue.path.map(String).join('.')
    const message = isUnknown
      ? `has no field ${issue.keys.join(', ')}${where === '' ? '' : ` in ${where}`}`
      : `${where}: ${issue.message}`
    return { file: parsed.chunk.source.name, line: parsed.lineAt(path), message }
  })
}
