import { encodeMesh } from '@portolan/wire'
import { agentsOf, readMesh, reportingNodes } from '@portolan/core'
import { Router } from 'express'
import type { ApiContext } from './context.ts'
import { range, readQuery } from './query.ts'

/** How the nodes see each other, where agents are installed. */
export function meshRoutes({ clusters, clock }: ApiContext): Router {
  const router = Router()
  router.get('/mesh', (request, response) => {
    const { cluster } = readQuery({ cluster: range.cluster }, request.query)
    const wanted = [...clusters.values()].filter(({ state }) => cluster === undefined || state.name === cluster)
    response.json(
      encodeMesh(
        wanted.map(({ state }) => ({
          cluster: state.name,
          agents: agentsOf(state.inventory),
          reporting: reportingNodes(state.inventory, clock.now()),
          pairs: readMesh(state.probing),
        })),
      ),
    )
  })
  return router
}
