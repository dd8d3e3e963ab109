import { Router } from 'express'
import { type Clusters, targetsOf } from '../clusters.ts'
import type { ApiContext } from './context.ts'
import { send } from './history.ts'
import { Problem } from './problem.ts'
import { range, readQuery } from './query.ts'

/** Single probes are for a close look. */
const LONGEST_MS = 10 * 60_000

/** What the probes that decide about the ports saw, one by one, as long as facts are kept. */
export function probeRoutes({ clusters, store, flush, clock }: ApiContext): Router {
  const router = Router()
  router.get('/probes', async (request, response) => {
    const query = readQuery(range, request.query)
    const { to = clock.now() } = query
    const { from = to - 60_000 } = query
    if (to - from > LONGEST_MS) throw new Problem(400, 'from: single probes are served for at most 10 minutes at once')
    await flush()
    send(response, await store.answer('probes', { ...query, from, to, undeciding: undecidingOf(clusters) }))
  })
  return router
}

/** Vantages that are only noted, as `CLUSTER/TARGET@VANTAGE`: what they see is none of the port's answers. */
function undecidingOf(clusters: Clusters): ReadonlySet<string> {
  return new Set(
    targetsOf(clusters).flatMap(({ cluster, id, vantages }) =>
      vantages.flatMap(({ vantage, decides }) => (decides ? [] : [`${cluster}/${id}@${vantage}`])),
    ),
  )
}
