import type { z } from 'zod'
import { Failure } from './failure.ts'

/**
 * What the API server, or whatever stands before it, sent with a status of success.
 *
 * @param what as `a list of pods`
 * @throws Failure rejected, which says what is wrong with it; of its text nothing is repeated
 */
export function readAnswer<Answer>(shape: z.ZodType<Answer>, text: string, what: string, server: string): Answer {
  const read = shape.safeParse(parse(text, what, server))
  if (read.success) return read.data
  const [issue] = read.error.issues
  const place = issue?.path.join('.') ?? ''
  throw new Failure(
    'rejected',
    `${what} that is none at ${server} (${place === '' ? '' : `${place}: `}${issue?.message})`,
  )
}

function parse(text: string, what: string, server: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Failure('rejected', `${what} that is not JSON at ${server}`, error)
  }
}
