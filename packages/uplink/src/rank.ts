import type { Batch, Told } from '@portolan/core'

/** What gives way first where there is no room for all. */
export const RANKS = ['success', 'other', 'failure'] as const

export type Rank = (typeof RANKS)[number]

export function rankOf(observed: Told): Rank {
  switch (observed.kind) {
    case 'outcome':
      return observed.outcome.symptom === 'ok' ? 'success' : 'failure'
    case 'rollup':
      return 'success'
    case 'change':
    case 'incident':
    case 'epoch':
    case 'note':
      return 'failure'
    default:
      return 'other'
  }
}

/** What is in a batch, without opening it again. */
export interface Contents {
  /** The sequence of its last fact. */
  last: number
  counts: Record<Rank, number>
}

export function contentsOf(facts: Batch<Told>['facts']): Contents {
  const counts = { success: 0, other: 0, failure: 0 }
  for (const { observed } of facts) counts[rankOf(observed)] += 1
  return { last: facts.at(-1)?.sequence ?? 0, counts }
}
