import type { ClusterView } from '@portolan/collector'
import { PortolanError, type RouteExplanation, type RouteView } from '@portolan/core'

/** As much of a route as it is found by. */
type NamedRoute = Pick<RouteView, 'id' | 'cluster' | 'name' | 'host'>

/** Those behind a port, and those that no port leads to. */
export function keptRoutes(views: readonly Pick<ClusterView, 'explanations' | 'portless'>[]): RouteExplanation[] {
  return views.flatMap(({ explanations, portless }) => [...explanations.flatMap(({ routes }) => routes), ...portless])
}

/**
 * A route by its host, or by host and path, each with its port, its cluster or both in front; null where no route is called so.
 *
 * @throws PortolanError usage, where several are
 */
export function findRoute<Route extends NamedRoute>(routes: readonly Route[], text: string): Route | null {
  const matches = routesCalled(routes, text)
  if (matches.length <= 1) return matches[0] ?? null
  const hint = `name one of ${matches.map(fullRouteName).join(', ')}`
  throw new PortolanError('usage', `several routes are called ${text}`, hint)
}

export function routesCalled<Route extends NamedRoute>(routes: readonly Route[], text: string): Route[] {
  const isExact = (route: Route) =>
    [route.id, nameIn(route), fullRouteName(route), route.name, `${route.cluster}/${route.name}`].some(
      (name) => name === text || name === `${text}/`,
    )
  const exact = routes.filter(isExact)
  const isHost = ({ cluster, host }: Route) => host !== '' && [host, `${cluster}/${host}`].includes(text)
  return exact.length > 0 ? exact : routes.filter(isHost)
}

function nameIn({ id }: NamedRoute): string {
  return id.replace('route:', '')
}

function fullRouteName(route: NamedRoute): string {
  return `${route.cluster}/${nameIn(route)}`
}
