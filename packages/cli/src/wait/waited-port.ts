import type { Incident, RouteView, TargetView } from '@portolan/core'
import { isNamed, type PortName, readPortName } from '../port-name.ts'
import { routesCalled } from '../route-name.ts'
import { isPortName } from '../why/named.ts'

/** What a wait was asked for. Nothing: every port that is probed and meant to answer. */
export interface WaitedNames {
  ports: PortName[]
  /** Hosts and paths behind an edge proxy, as people write them. */
  routes: string[]
}

export function readWaitedNames(words: readonly string[]): WaitedNames {
  return {
    ports: words.filter(isPortName).map(readPortName),
    routes: words.filter((word) => !isPortName(word)),
  }
}

/** A port or route that is waited for, and how it stands. */
export interface Waited {
  target: TargetView | RouteView
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

export function portsToWaitFor(targets: readonly TargetView[], { ports, routes }: WaitedNames): TargetView[] {
  if (ports.length + routes.length === 0)
    return targets.filter((target) => isProbed(target) && target.state !== 'by_design')
  return targets.filter((target) => ports.some((name) => isNamed(name, target)))
}

/** The routes of these names, each with the port that it is behind. A host without a path of that name stands for all of its paths. */
export function routesToWaitFor(
  targets: readonly TargetView[],
  { routes }: WaitedNames,
): { route: RouteView; port: TargetView }[] {
  const all = targets.flatMap((port) => port.routes.map((route) => ({ route, port })))
  const views = all.map(({ route }) => route)
  const asked = new Set(routes.flatMap((name) => routesCalled(views, name)))
  return all.filter(({ route }) => asked.has(route))
}

/** Names that no port and no route has. */
export function unknownNames(targets: readonly TargetView[], { ports, routes }: WaitedNames): WaitedNames {
  const views = targets.flatMap((target) => target.routes)
  return {
    ports: ports.filter((name) => !targets.some((target) => isNamed(name, target))),
    routes: routes.filter((name) => routesCalled(views, name).length === 0),
  }
}

/** Why there is no verdict on what does not answer. */
export function standingOf({ degraded, note, state, symptom }: TargetView | RouteView): string {
  if (degraded !== null) return `it ${degraded}`
  if (note !== null) return note
  if (state === 'flapping') return 'it comes and goes'
  return symptom === null ? 'no probe of it has ended yet' : `${symptom}; it is too early to say why`
}
