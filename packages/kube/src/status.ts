/** How the API server itself says no. */
export interface Status {
  code: number
  /** As `NotFound`, `Forbidden`, `ServiceUnavailable`. */
  reason: string
  message: string
}

/** null where the text is something else, as the answer of a service behind the API server. */
export function readStatus(text: string): Status | null {
  try {
    const read = JSON.parse(text) as Partial<Status> & { kind?: unknown }
    if (read?.kind !== 'Status') return null
    return { code: read.code ?? 0, reason: read.reason ?? '', message: read.message ?? '' }
  } catch {
    return null
  }
}
