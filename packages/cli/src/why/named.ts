import type { ClusterView } from '@portolan/collector'
import { PortolanError, type RouteExplanation, type TargetExplanation } from '@portolan/core'
import { onePort } from '../one-port.ts'
import { isNamed, readPortName } from '../port-name.ts'
import { findRoute, keptRoutes } from '../route-name.ts'

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
  views: readonly Pick<ClusterView, 'explanations' | 'portless'>[],
  text: string,
): TargetExplanation | RouteExplanation {
  const name = readPortName(text)
  const explanations = views.flatMap((view) => view.explanations)
  const routes = keptRoutes(views)
  const isPort = explanations.some(({ target }) => isNamed(name, target))
  const known = routes.map(({ route }) => route)
  const named = isPort ? null : findRoute(known, text)
  const route = routes.find((one) => one.route === named)
  if (route !== undefined) return route
  if (!isPort && !isPortName(text)) throw noRoute(text, known)
  const target = onePort(
    explanations.map((one) => one.target),
    name,
  )
  return explanations.find((one) => one.target === target) as TargetExplanation
}

const MOST_NAMED = 10

export function noRoute(text: string, routes: readonly { name: string }[]): PortolanError {
  const names = routes.slice(0, MOST_NAMED).map(({ name }) => name)
  const hint =
    names.length === 0
      ? 'no route is known: the routes of a mapped edge proxy come from Ingresses, HTTPRoutes and IngressRoutes'
      : `these are known: ${names.join(', ')}`
  return new PortolanError('usage', `no port and no route is called ${text}`, hint)
}
