import * as z from 'zod'

const status = z.object({
  kind: z.literal('Status'),
  code: z.number().catch(0),
  /** As `NotFound`, `Forbidden`, `ServiceUnavailable`. */
  reason: z.string().catch(''),
  message: z.string().catch(''),
})

/** How the API server itself says no. */
export type Status = Omit<z.infer<typeof status>, 'kind'>

/** null where the text is something else, as the answer of a service behind the API server. */
export function readStatus(text: string): Status | null {
  try {
    const { data } = status.safeParse(JSON.parse(text))
    return data === undefined ? null : { code: data.code, reason: data.reason, message: data.message }
  } catch {
    return null
  }
}
