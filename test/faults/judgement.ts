import type { Cause } from '@portolan/core'
import type { Fault, Ground } from './fault.ts'
import type { Saying } from './observer.ts'

/** What is right to say of a fault, on whatever it is made. */
export type Told = Pick<Fault<Ground>, 'cause' | 'also'>

/** How one set of vantages did on one fault. */
export interface Judgement {
  /** What it said last while the fault lasted; null: nothing. */
  last: Saying | null
  /** The last word is right: the cause, or that it cannot be told from the one that is said. */
  isRight: boolean
  /** Causes that were said and are not true, at any time. */
  wrong: Cause[]
  /** From the act to the first right word, s; null where none came. */
  seconds: number | null
}

/** @param sayings of the fault's port, since the act at `actedAt` */
export function judge(fault: Told, sayings: readonly Saying[], actedAt: number): Judgement {
  const open = sayings.filter((one) => one.isOpen)
  const last = open.at(-1) ?? null
  const wrong = new Set(open.filter((one) => !isTrue(fault, one)).map(({ cause }) => cause))
  const first = open.find((one) => isRight(fault, one))
  const lastIncident = sayings.at(-1)
  const isOver = lastIncident !== undefined && !lastIncident.isOpen
  return {
    last,
    isRight:
      fault.cause === null ? wrong.size === 0 && (last === null || isOver) : last !== null && isRight(fault, last),
    wrong: [...wrong],
    seconds: first === undefined ? null : (first.at - actedAt) / 1000,
  }
}

/** It names the cause, or says that it cannot be told from what it names. */
export function isRight(fault: Told, { cause, candidates }: Saying): boolean {
  return fault.cause !== null && (cause === fault.cause || candidates.includes(fault.cause))
}

/** Nothing that is said is false: to say that nothing is proven never is. */
function isTrue(fault: Told, saying: Saying): boolean {
  return saying.cause === 'unproven' || isRight(fault, saying) || (fault.also ?? []).includes(saying.cause)
}
