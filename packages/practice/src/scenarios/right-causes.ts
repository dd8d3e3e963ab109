import type { Cause } from '@portolan/core'
import type { DarkPeriod } from '../network/dark-periods.ts'

/** A dark period, and what may be said of it. */
export interface JudgedPeriod extends DarkPeriod {
  /** The final verdict is right if it is one of these. */
  rightCauses: Cause[]
  /** So short that a prober may have seen nothing of it. */
  mayBeMissed: boolean
}

/** A reason that does not hold for so long is over before a verdict must have followed it, ms. */
const VERDICT_WITHIN = 1500

/** Probers look once a second where nothing tells them to look closer. */
const SEEN_AFTER = 1200

/**
 * What a right diagnosis says in the end of a dark period: the last reason that held long enough, or where none did any
 * of those that there were.
 */
export function judgePeriod(period: DarkPeriod, now: number): JudgedPeriod {
  const until = period.until ?? now
  const lasting = period.reasons.filter(({ from }, index) => {
    const end = period.reasons[index + 1]?.from ?? until
    return end - from >= VERDICT_WITHIN
  })
  const decisive = lasting.length > 0 ? lasting.slice(-1) : period.reasons
  const rightCauses = [...new Set(decisive.flatMap(({ why }) => RIGHT[why] ?? [why]))]
  return { ...period, rightCauses, mayBeMissed: until - period.from < SEEN_AFTER }
}

/** Where more than one word is right for the same mechanism. */
const RIGHT: Partial<Record<Cause, Cause[]>> = {
  no_endpoints: ['no_endpoints', 'rollout_gap', 'pod_pending', 'surge_conflict'],
  rollout_gap: ['rollout_gap', 'no_endpoints'],
  // A node that has just started has no rules until its kube-proxy runs.
  rules_not_programmed: ['node_down', 'rules_not_programmed'],
  cross_node: ['cross_node', 'unproven'],
}
