import type { Incident, IncidentChange } from '@portolan/core'
import type { Truth } from '../truth.ts'

/** An incident as it is reported, when, and what really was the matter. Times are of the simulation, ms. */
export interface Verdict {
  at: number
  /** When the port went dark, by the verdict. */
  darkSince: number
  incident: Incident
  type: IncidentChange['type']
  hostPort: number
  truth: Truth
}

/** A probe that began before may end now, and what made it fail was before that. */
const BEFORE_MS = 5000

/** @returns what is wrong; null where nothing is */
export function aProvenOrLikelyVerdictNeverContradictsWhatHappened(verdict: Verdict): string | null {
  const { incident, hostPort, truth, at, darkSince } = verdict
  if (incident.confidence !== 'proven' && incident.confidence !== 'likely') return null
  if (incident.cause === 'unproven') return null
  const stretches = truth.during(hostPort, darkSince - BEFORE_MS, at)
  const whys = [...new Set(stretches.flatMap((one) => one.whys))]
  if (stretches.some(({ right }) => right.includes(incident.cause))) return null
  return `${incident.cause} (${incident.confidence}) was said of ${incident.target}, and it was ${whys.join(', ') || 'nothing'}: ${incident.summary}`
}

export function noIncidentIsWithoutEvidence({ incident }: Verdict): string | null {
  if (incident.cause === 'unproven' || incident.evidence.length > 0) return null
  return `${incident.cause} was said of ${incident.target} without evidence`
}

export function anIncidentOpensOnlyWhereConnectionsFailed({
  type,
  incident,
  hostPort,
  truth,
  at,
  darkSince,
}: Verdict): string | null {
  if (type !== 'incident.opened') return null
  const stretches = truth.during(hostPort, Math.min(darkSince, at) - BEFORE_MS, at)
  if (stretches.some(({ answering }) => answering !== 'all')) return null
  return `${incident.cause} was opened for ${incident.target}, which answered all the time: ${incident.summary}`
}

export const VERDICT_INVARIANTS = [
  aProvenOrLikelyVerdictNeverContradictsWhatHappened,
  noIncidentIsWithoutEvidence,
  anIncidentOpensOnlyWhereConnectionsFailed,
] as const
