import type { Cause, Confidence } from '../model/cause.ts'
import type { Evidence, Remedy } from '../model/incident.ts'

/** Why a port is dark, as far as that can be told. */
export interface Verdict {
  cause: Cause
  confidence: Confidence
  candidates: Cause[]
  summary: string
  evidence: Evidence[]
  remedies: Remedy[]
}
