import type { Cause } from '@portolan/core'
import type { Fault, Ground } from './fault.ts'
import type { Saying } from './observer.ts'

/** What is right to say of a fault, on whatever it is made. */
export type ExpectedCause = Pick<Fault<Ground>, 'cause' | 'also'>

/**
 * How one set of vantages did on one fault. `named`: the last word is the cause alone, proven or likely. `listed`: it is
 * one of two or three causes that are said to look the same. `none`: unproven, a longer list, or nothing. `wrong`: a
 * cause was said that is not true, at any time. `calm`: nothing was said of an innocent shape that is not true.
 */
export type Grade = 'named' | 'listed' | 'none' | 'wrong' | 'calm'

export interface Judgement {
  grade: Grade
  /** What it said last while the fault lasted; null: nothing. */
  last: Saying | null
  /** Causes that were said and are not true, at any time. */
  wrong: Cause[]
  /** From the cluster's change to the first word that names or lists the cause, s; null where none came. */
  seconds: number | null
}

/** A longer list of causes helps nobody. */
const SHORT = 3

/** @param sayings of the fault's port since the act  @param changedAt when the cause became true */
export function judge(fault: ExpectedCause, sayings: readonly Saying[], changedAt: number): Judgement {
  const open = sayings.filter((one) => one.isOpen)
  const last = open.at(-1) ?? null
  const wrong = [...new Set(open.filter((one) => gradeOf(fault, one) === 'wrong').map(({ cause }) => cause))]
  const first = open.find((one) => isRight(fault, one))
  const isFalseAlarm = fault.cause === null && sayings.at(-1)?.isOpen === true
  const left = last === null ? 'none' : gradeOf(fault, last)
  return {
    grade: wrong.length > 0 || isFalseAlarm ? 'wrong' : fault.cause === null ? 'calm' : left,
    last,
    wrong,
    seconds: first === undefined ? null : Math.max(0, (first.at - changedAt) / 1000),
  }
}

/** It names the cause, or has it in a short list. */
export function isRight(fault: ExpectedCause, saying: Saying): boolean {
  return ['named', 'listed'].includes(gradeOf(fault, saying))
}

export function gradeOf({ cause: truth, also = [] }: ExpectedCause, { cause, confidence, candidates }: Saying): Grade {
  const list = [cause, ...candidates]
  // An innocent shape that takes no answer away leaves nothing to be said, not even that nothing is proven.
  if (cause === 'unproven') return truth === null && also.length === 0 ? 'wrong' : 'none'
  if (confidence !== 'ambiguous') return cause === truth ? 'named' : also.includes(cause) ? 'none' : 'wrong'
  if (truth !== null && list.includes(truth)) return list.length <= SHORT ? 'listed' : 'none'
  return list.some((one) => also.includes(one)) ? 'none' : 'wrong'
}
