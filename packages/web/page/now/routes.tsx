import type { RouteDocument } from '../documents.ts'
import { Link } from '../parts/link.tsx'
import { Mark } from '../parts/mark.tsx'
import { countRoutes, markOf, routeWords } from './route-words.ts'

/** The hosts and paths behind a port that leads to an edge proxy; folded while all of them are well. */
export function Routes({ routes }: { routes: RouteDocument[] }) {
  if (routes.length === 0) return null
  return (
    <details class="routes" open={routes.some(({ state }) => state === 'broken')}>
      <summary>{countRoutes(routes)}</summary>
      <ul>
        {routes.map((route) => (
          <li key={route.id}>
            <Mark state={markOf(route)} label="" /> <b>{route.name}</b> <span>{routeWords(route)}</span>
            {route.incident === null ? null : <Link to={{ view: 'incident', id: route.incident }}>Why</Link>}
          </li>
        ))}
      </ul>
    </details>
  )
}
