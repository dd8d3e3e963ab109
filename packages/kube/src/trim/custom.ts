import * as z from 'zod'

/**
 * Objects of kinds that a cluster defines itself: whatever stands in them, what cannot be read counts as not there, and
 * nothing is longer than this.
 */
export const MOST_RULES = 200
const LONGEST_TEXT = 1000

export const bounded = (most: number) =>
  z
    .string()
    .catch('')
    .transform((value) => value.slice(0, most))

export const text = bounded(LONGEST_TEXT)

/** An object with these fields, none of which need be there. */
export function part<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(
    (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}),
    z.object(shape),
  )
}

/** What is not one of its kind is left out. */
export function list<Item extends z.ZodType>(item: Item) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((values) =>
      values.slice(0, MOST_RULES).flatMap((value): z.output<Item>[] => {
        const read = item.safeParse(value)
        return read.success ? [read.data] : []
      }),
    )
}
