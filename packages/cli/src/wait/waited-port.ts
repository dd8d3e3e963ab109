import type { Incident, TargetView } from '@portolan/core'
import { isNamed, type PortName } from '../port-name.ts'

/** A port that is waited for, and how it stands. */
export interface WaitedPort {
  target: TargetView
  answers: boolean
  /** null while it does not answer. */
  answeredAfterMs: number | null
  /** It answered before, and failed in between. */
  isAgain: boolean
  /** Why it does not answer, where that is known. */
  incident: Incident | null
}

/** As expected, at every vantage that decides. */
export function answers({ state, vantages }: TargetView): boolean {
  const deciding = vantages.filter((one) => one.decides)
  return state === 'up' && deciding.length > 0 && deciding.every((one) => one.symptom === 'ok')
}

/** Whether waiting makes sense: what is not probed never says that it answers. Who uses the port may come to be known. */
export function isProbed({ route, spoken }: TargetView): boolean {
  return spoken.protocol !== 'off' || route === 'none'
}

/** @param names none: every port that is probed and meant to answer */
export function portsToWaitFor(targets: readonly TargetView[], names: readonly PortName[]): TargetView[] {
  if (names.length === 0) return targets.filter((target) => isProbed(target) && target.state !== 'by_design')
  return targets.filter((target) => names.some((name) => isNamed(name, target)))
}

export function unknownNames(targets: readonly TargetView[], names: readonly PortName[]): PortName[] {
  return names.filter((name) => !targets.some((target) => isNamed(name, target)))
}

/** Why there is no verdict on a port that does not answer. */
export function standingOf({ degraded, note, state, symptom }: TargetView): string {
  if (degraded !== null) return `it ${degraded}`
  if (note !== null) return note
  if (state === 'flapping') return 'it comes and goes'
  return symptom === null ? 'no probe of it has ended yet' : `${symptom}, too short a time to say why`
}
