import { encodeExplanation, encodePath, encodeTargets } from '@portolan/wire'
import type { TargetExplanation } from '@portolan/core'
import { Router } from 'express'
import { explanationsOf, targetsOf } from '../clusters.ts'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'
import { range, readQuery } from './query.ts'

/** The ports as they are now. An id with a slash in it is given with %2F. */
export function targetRoutes({ clusters, medianMs, notebook, clock }: ApiContext): Router {
  const router = Router()

  router.get('/targets', (request, response) => {
    const { cluster } = readQuery({ cluster: range.cluster }, request.query)
    const targets = targetsOf(clusters).filter((target) => cluster === undefined || target.cluster === cluster)
    const now = clock.now()
    response.json(
      encodeTargets(targets, (target) => ({
        silenced: notebook.silences(target, now),
        medianMs: medianMs(target.cluster, target.id),
      })),
    )
  })

  router.get('/targets/:id', (request, response) => {
    const found = find(request.params.id, request.query)
    const now = clock.now()
    response.json(encodeExplanation(found, now, notebook.silences(found.target, now)))
  })

  router.get('/targets/:id/path', (request, response) => {
    response.json(encodePath(find(request.params.id, request.query)))
  })

  function find(id: string, query: unknown): TargetExplanation {
    const { cluster } = readQuery({ cluster: range.cluster }, query)
    const found = explanationsOf(clusters, id, clock.now()).filter(
      ({ target }) => cluster === undefined || target.cluster === cluster,
    )
    const [first, ...others] = found
    if (first === undefined) throw new Problem(404, `no cluster maps ${id}; /api/v1/targets lists what is mapped`)
    if (others.length === 0) return first
    const names = found.map(({ target }) => target.cluster).join(', ')
    throw new Problem(409, `several clusters map ${id} (${names}): say which with ?cluster=NAME`)
  }

  return router
}
