import { encodeObjects } from '@portolan/wire'
import { knowsAll, objectsOf } from '@portolan/core'
import { Router } from 'express'
import type { ApiContext } from './context.ts'
import { range, readQuery } from './query.ts'

/** The objects from which the page makes forecasts of its own. */
export function objectRoutes({ clusters }: ApiContext): Router {
  const router = Router()
  router.get('/objects', (request, response) => {
    const { cluster } = readQuery({ cluster: range.cluster }, request.query)
    const wanted = [...clusters.values()].filter(({ state }) => cluster === undefined || state.name === cluster)
    response.json(encodeObjects(wanted.flatMap(({ state }) => (knowsAll(state) ? (objectsOf(state) ?? []) : []))))
  })
  return router
}
