import { explainRoutes, readRoutes, routesNote } from '@portolan/core'
import { encodeRoute, encodeRouteExplanation, type RoutesDocument } from '@portolan/wire'
import { Router } from 'express'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'
import { range, readQuery } from './query.ts'

/** Hosts and paths behind edge proxies, as they are now. An id is given with %2F for each slash. */
export function routeRoutes({ clusters, clock }: ApiContext): Router {
  const router = Router()

  function states(query: unknown) {
    const { cluster } = readQuery({ cluster: range.cluster }, query)
    const all = [...clusters.values()].map(({ state }) => state)
    return all.filter(({ name }) => cluster === undefined || name === cluster)
  }

  router.get('/routes', (request, response) => {
    const asked = states(request.query)
    const document: RoutesDocument = {
      routes: asked.flatMap((state) => readRoutes(state).map(encodeRoute)),
      notes: asked.flatMap((state) => {
        const text = routesNote(state)
        return text === null ? [] : [{ cluster: state.name, text }]
      }),
    }
    response.json(document)
  })

  router.get('/routes/:id', (request, response) => {
    const now = clock.now()
    const found = states(request.query)
      .flatMap((state) => explainRoutes(state, now))
      .filter(({ route: { id, cluster } }) => [id, `${cluster}/${id}`].includes(request.params.id))
    const [first, ...others] = found
    if (first === undefined)
      throw new Problem(404, `no route is called ${request.params.id}; /api/v1/routes lists them`)
    if (others.length === 0) return void response.json(encodeRouteExplanation(first, now))
    const names = found.map(({ route }) => route.cluster).join(', ')
    throw new Problem(409, `several clusters have ${request.params.id} (${names}): say which with ?cluster=NAME`)
  })

  return router
}
