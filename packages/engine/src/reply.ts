import type { z } from 'zod'

/**
 * What an engine answered, as far as it is read.
 *
 * @param asked for the message, as `/version` or `nerdctl info`
 * @throws Error that says what is wrong with the answer; of its text nothing is repeated
 */
export function readReply<Reply>(shape: z.ZodType<Reply>, text: string, asked: string): Reply {
  const read = shape.safeParse(parse(text, asked))
  if (read.success) return read.data
  const [issue] = read.error.issues
  const place = issue?.path.join('.') ?? ''
  throw new Error(`${asked} answered what cannot be read: ${place === '' ? '' : `${place}: `}${issue?.message ?? ''}`)
}

function parse(text: string, asked: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${asked} answered what is not JSON`)
  }
}
