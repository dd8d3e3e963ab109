import { Router } from 'express'
import type { ApiContext } from './context.ts'
import { Problem } from './problem.ts'

export function healthRoutes({ fault, renderMetrics }: Pick<ApiContext, 'fault' | 'renderMetrics'>): Router {
  const router = Router()

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })

  router.get('/readyz', (_request, response) => {
    const why = fault()
    if (why !== null) throw new Problem(503, why)
    response.json({ status: 'ok' })
  })

  router.get('/metrics', async (request, response) => {
    const { contentType, body } = await renderMetrics(request.headers.accept)
    response.vary('Accept').set('Content-Type', contentType).end(body)
  })

  return router
}
