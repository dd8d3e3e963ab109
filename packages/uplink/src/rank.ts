import type { Batch, Observation } from '@portolan/core'

/** What gives way first where there is no room for all. */
export const RANKS = ['success', 'other', 'failure'] as const

export type Rank = (typeof RANKS)[number]

export function rankOf(observed: Observation): Rank {
  if (observed.kind !== 'outcome') return 'other'
  return observed.outcome.symptom === 'ok' ? 'success' : 'failure'
}

/** What is in a batch, without opening it again. */
export interface Contents {
  /** The sequence of its last fact. */
  last: number
  counts: Record<Rank, number>
}

export function contentsOf(facts: Batch['facts']): Contents {
  const counts = { success: 0, other: 0, failure: 0 }
  for (const { observed } of facts) counts[rankOf(observed)] += 1
  return { last: facts.at(-1)?.sequence ?? 0, counts }
}
