import * as z from 'zod'

/** What went wrong with a request. Source: RFC 9457, media type `application/problem+json`. */
export const problemDocument = z.object({
  type: z.string().meta({ description: '`about:blank`: the title says it all' }),
  title: z.string(),
  status: z.int(),
  detail: z.string().exactOptional(),
  errors: z
    .array(z.object({ key: z.string(), message: z.string() }))
    .exactOptional()
    .meta({ description: 'each parameter that is wrong, and how' }),
})

export type ProblemDocument = z.infer<typeof problemDocument>
