import * as z from 'zod'

const LONGEST = 300

/** What is wrong with something that could not be decoded, its place first; bounded. */
export function faultText(error: unknown): string {
  const [first] = error instanceof z.ZodError ? error.issues : []
  if (first !== undefined) return `${first.path.join('.')}: ${first.message}`.slice(0, LONGEST)
  return (Error.isError(error) ? error.message : String(error)).slice(0, LONGEST)
}
