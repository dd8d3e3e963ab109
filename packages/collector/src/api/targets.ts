import { encodeExplanation, encodePath, encodeTargets } from '@portolan/wire'
import type { TargetExplanation } from '@portolan/core'
import { Router } from 'express'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'
import { range, readQuery } from './query.ts'

/** The ports as they are now. An id with a slash in it is given with %2F. */
export function targetRoutes({
  scene,
  medianMs,
  silences,
  clock,
}: Pick<ApiContext, 'scene' | 'medianMs' | 'silences' | 'clock'>): Router {
  const router = Router()

  router.get('/targets', async (request, response) => {
    const { cluster } = readQuery({ cluster: range.cluster }, request.query)
    const isSilenced = await silences()
    response.json(
      encodeTargets(await scene.targets(cluster), (target) => ({
        silenced: isSilenced(target),
        medianMs: medianMs(target.cluster, target.id),
      })),
    )
  })

  router.get('/targets/:id', async (request, response) => {
    const found = await find(request.params.id, request.query)
    const isSilenced = await silences()
    response.json(encodeExplanation(found, clock.now(), isSilenced(found.target)))
  })

  router.get('/targets/:id/path', async (request, response) => {
    response.json(encodePath(await find(request.params.id, request.query)))
  })

  async function find(id: string, query: unknown): Promise<TargetExplanation> {
    const { cluster } = readQuery({ cluster: range.cluster }, query)
    const found = await scene.explain(id, cluster)
    const [first, ...others] = found
    if (first === undefined) throw new Problem(404, `no cluster maps ${id}; /api/v1/targets lists what is mapped`)
    if (others.length === 0) return first
    const names = found.map(({ target }) => target.cluster).join(', ')
    throw new Problem(409, `several clusters map ${id} (${names}): say which with ?cluster=NAME`)
  }

  return router
}
