import { encodeRoute, encodeRouteExplanation, type RoutesDocument } from '@portolan/wire'
import { Router } from 'express'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'
import { range, readQuery } from './query.ts'

/** Hosts and paths behind edge proxies, as they are now. An id is given with %2F for each slash. */
export function routeRoutes({ scene, clock }: Pick<ApiContext, 'scene' | 'clock'>): Router {
  const router = Router()
  const clusterOf = (query: unknown) => readQuery({ cluster: range.cluster }, query).cluster

  router.get('/routes', async (request, response) => {
    const cluster = clusterOf(request.query)
    const routes = await scene.routes(cluster)
    const document: RoutesDocument = { routes: routes.map(encodeRoute), notes: scene.routeNotes(cluster) }
    response.json(document)
  })

  router.get('/routes/:id', async (request, response) => {
    const explained = await scene.explainRoutes(clusterOf(request.query))
    const found = explained.filter(({ route: { id, cluster } }) => [id, `${cluster}/${id}`].includes(request.params.id))
    const [first, ...others] = found
    if (first === undefined)
      throw new Problem(404, `no route is called ${request.params.id}; /api/v1/routes lists them`)
    if (others.length === 0) return void response.json(encodeRouteExplanation(first, clock.now()))
    const names = found.map(({ route }) => route.cluster).join(', ')
    throw new Problem(409, `several clusters have ${request.params.id} (${names}): say which with ?cluster=NAME`)
  })

  return router
}
