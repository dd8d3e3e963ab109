import type { Cause } from '@portolan/core'
import type { DarkPeriod } from '../network/dark-periods.ts'

/** A dark period, and what is right to say of it. */
export interface JudgedPeriod extends DarkPeriod {
  /** Any other verdict is wrong, whenever it was given. */
  rightCauses: Cause[]
  /** For each thing that was wrong long enough: one of these must have been the verdict at some time. */
  mustBeNamed: Cause[][]
  /** So short that a prober may have seen nothing of it. */
  mayBeMissed: boolean
}

/** A reason that holds for less may be over before its verdict, ms. */
const VERDICT_WITHIN = 1500

/** Probers look once a second where nothing tells them to look closer. */
const SEEN_AFTER = 1200

/** Measures verdicts by what really was wrong, and for how long. */
export function judgePeriod(period: DarkPeriod, now: number): JudgedPeriod {
  const until = period.until ?? now
  const lasting = period.reasons.filter(({ from }, index) => {
    const end = period.reasons[index + 1]?.from ?? until
    return end - from >= VERDICT_WITHIN
  })
  return {
    ...period,
    rightCauses: [...new Set(period.reasons.flatMap(({ why }) => rightFor(why)))],
    mustBeNamed: lasting.map(({ why }) => rightFor(why)),
    mayBeMissed: until - period.from < SEEN_AFTER,
  }
}

/** What is right to say where this is wrong. */
export function rightFor(why: Cause): Cause[] {
  return RIGHT[why] ?? [why]
}

/** Where more than one word is right for the same mechanism. */
const RIGHT: Partial<Record<Cause, Cause[]>> = {
  // A selector may keep the pods off the mapped node for good.
  etp_local: ['etp_local', 'mapped_node_excluded'],
  hostport_off: ['hostport_off', 'mapped_node_excluded'],
  no_endpoints: ['no_endpoints', 'rollout_gap', 'pod_pending', 'surge_conflict'],
  rollout_gap: ['rollout_gap', 'no_endpoints'],
  // A node that has just started has no rules until its kube-proxy runs.
  rules_not_programmed: ['node_down', 'rules_not_programmed'],
  cross_node: ['cross_node', 'unproven'],
}
