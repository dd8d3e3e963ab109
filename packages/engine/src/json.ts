import type { z } from 'zod'

/** What a line or a file said; null where it is not of that shape: a line that broke off, a file that is not there. */
export function parseJson<Shape>(shape: z.ZodType<Shape>, text: string | null | undefined): Shape | null {
  try {
    return shape.safeParse(JSON.parse(text ?? '')).data ?? null
  } catch {
    return null
  }
}
