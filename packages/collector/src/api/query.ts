import { isTime } from '@portolan/core'
import * as z from 'zod'
import { Problem } from './problem.ts'

/** ISO 8601 with a zone, as ms since the epoch. */
export const time = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine(isTime, 'expected a time from 1970 to 2100')

export const range = { cluster: z.string().min(1).optional(), from: time.optional(), to: time.optional() }

export const whole = z
  .string()
  .regex(/^\d+$/, 'expected a whole number')
  .transform(Number)
  .refine(Number.isSafeInteger, 'expected a smaller number')

/** How many entries one answer holds at most. */
export const limit = whole
  .refine((count) => count >= 1 && count <= 10_000, 'expected a number from 1 to 10000')
  .default(1000)

/**
 * Reads the query of a request.
 *
 * @throws {Problem} 400, naming every key that is wrong, unknown ones too
 */
export function readQuery<T extends z.ZodRawShape>(shape: T, query: unknown): Given<z.output<z.ZodObject<T>>> {
  return readInput(shape, query)
}

/** The same for what a request carries. */
export function readInput<T extends z.ZodRawShape>(shape: T, input: unknown): Given<z.output<z.ZodObject<T>>> {
  const read = z.strictObject(shape).safeParse(input)
  if (!read.success) {
    const errors = read.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            key,
            message: `unknown, expected one of ${Object.keys(shape).join(', ') || 'none'}`,
          }))
        : [{ key: issue.path.join('.'), message: issue.message }],
    )
    throw new Problem(400, errors.map(({ key, message }) => `${key}: ${message}`).join('; '), errors)
  }
  const given = Object.entries(read.data).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Given<z.output<z.ZodObject<T>>>
}

/** Keys that were not given are absent rather than undefined. */
type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }
