import { PortolanError, type RouteView } from '@portolan/core'

/** As much of a route as it is found by. */
type NamedRoute = Pick<RouteView, 'id' | 'cluster' | 'name' | 'host'>

/**
 * A route by its host, by host and path, or with its port or cluster in front; null where no route is called so.
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
    [route.id, nameIn(route), fullRouteName(route), route.name].some((name) => name === text || name === `${text}/`)
  const exact = routes.filter(isExact)
  return exact.length > 0 ? exact : routes.filter(({ host }) => host !== '' && host === text)
}

function nameIn({ id }: NamedRoute): string {
  return id.replace('route:', '')
}

function fullRouteName(route: NamedRoute): string {
  return `${route.cluster}/${nameIn(route)}`
}
