import type { Cause, Confidence } from '../model/cause.ts'
import type { Evidence, Remedy } from '../model/incident.ts'

/**
 * Why a port is dark, as far as that can be told. Most verdicts say what was said before: evidence and remedies are worded
 * when somebody reads them, from what was known when the verdict was given. Whoever keeps one keeps a copy.
 */
export interface Verdict {
  cause: Cause
  confidence: Confidence
  candidates: Cause[]
  summary: string
  readonly evidence: Evidence[]
  readonly remedies: Remedy[]
}
