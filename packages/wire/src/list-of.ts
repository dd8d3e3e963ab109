import * as z from 'zod'

/** Of one faulty item. */
const MOST_FAULTS = 10

/**
 * A list of at most so many items, of which the first faulty one is named and none after it. A schema of lists within lists
 * that names everything would make gigabytes of faults out of a body of some megabytes.
 */
export function listOf<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .array(z.unknown())
    .max(most)
    .transform((values, context): z.output<Item>[] => {
      const read: z.output<Item>[] = []
      for (const [index, value] of values.entries()) {
        const { success, data, error } = item.safeParse(value)
        if (success) read.push(data)
        else {
          for (const { path, message } of error.issues.slice(0, MOST_FAULTS))
            context.addIssue({ code: 'custom', path: [index, ...path], message })
          return z.NEVER
        }
      }
      return read
    })
}
