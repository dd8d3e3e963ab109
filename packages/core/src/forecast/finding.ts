import type { PortVerdict } from '../model/verdict.ts'

/** What is to be said of a port, apart from which port it is. */
export type Finding = Pick<PortVerdict, 'verdict' | 'darkProbability' | 'cause' | 'summary' | 'assumption' | 'remedies'>

type Rest = Partial<Pick<Finding, 'assumption' | 'remedies'>>

export function always(cause: NonNullable<Finding['cause']>, summary: string, rest: Rest = {}): Finding {
  return { verdict: 'always_dark', darkProbability: 1, cause, summary, assumption: null, remedies: [], ...rest }
}

export function fine(summary: string, assumption: string | null = null): Finding {
  return { verdict: 'fine', darkProbability: 0, cause: null, summary, assumption, remedies: [] }
}

/** @param cause what would be to blame, if it came to that */
export function unknown(summary: string, cause: Finding['cause'] = null, rest: Rest = {}): Finding {
  return { verdict: 'unknown', darkProbability: null, cause, summary, assumption: null, remedies: [], ...rest }
}

/** It depends on something that has no probability. */
export function may(cause: NonNullable<Finding['cause']>, summary: string, rest: Rest = {}): Finding {
  return { verdict: 'may_go_dark', darkProbability: null, cause, summary, assumption: null, remedies: [], ...rest }
}
