import { PortolanError, type RouteExplanation, type TargetExplanation } from '@portolan/core'
import { onePort } from '../one-port.ts'
import { isNamed, readPortName } from '../port-name.ts'
import { findRoute } from '../route-name.ts'

/** Ports end in a number, hosts and paths hardly ever do. */
export function isPortName(text: string): boolean {
  return /\d(?:\/udp)?$/.test(text)
}

/**
 * The port that is called so, else the route behind one.
 *
 * @throws PortolanError usage where there is none, or where several are
 */
export function findNamed(
  explanations: readonly TargetExplanation[],
  text: string,
): TargetExplanation | RouteExplanation {
  const name = readPortName(text)
  const routes = explanations.flatMap((one) => one.routes)
  const isPort = explanations.some(({ target }) => isNamed(name, target))
  const views = routes.map(({ route }) => route)
  const view = isPort ? null : findRoute(views, text)
  const route = routes.find((one) => one.route === view)
  if (route !== undefined) return route
  if (!isPort && !isPortName(text)) throw noRoute(text, views)
  const target = onePort(
    explanations.map((one) => one.target),
    name,
  )
  return explanations.find((one) => one.target === target) as TargetExplanation
}

const MOST_NAMED = 10

export function noRoute(text: string, routes: readonly { name: string }[]): PortolanError {
  const names = routes.slice(0, MOST_NAMED).map(({ name }) => name)
  const hint = names.length === 0 ? 'no route is known behind a watched port' : `these are watched: ${names.join(', ')}`
  return new PortolanError('usage', `no port and no route is called ${text}`, hint)
}
