import express, { type Express } from 'express'
import { clockRoutes } from './clock.ts'
import type { ApiContext } from './context.ts'
import { isLoopback, loopbackNamesOnly, ownSiteOnly, securityHeaders } from './guard.ts'
import { healthRoutes } from './health.ts'
import { historyRoutes } from './history.ts'
import { meshRoutes } from './mesh.ts'
import { noteRoutes } from './notes.ts'
import { pageRoutes } from './page.ts'
import { probeRoutes } from './probes.ts'
import { answerProblems, notFound, readOnly } from './problem.ts'
import { routeRoutes } from './routes.ts'
import { streamRoutes } from './stream.ts'
import { targetRoutes } from './targets.ts'

/** The HTTP API of the collector. @param host where it is going to listen */
export function createApi(context: ApiContext, host: string): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(securityHeaders)
  if (isLoopback(host)) app.use(loopbackNamesOnly)
  app.use(ownSiteOnly)
  app.use('/api/v1', noteRoutes(context))
  app.use(readOnly, healthRoutes(context), pageRoutes(context))
  app.use('/api/v1', clockRoutes(context), targetRoutes(context), routeRoutes(context), historyRoutes(context))
  app.use('/api/v1', probeRoutes(context), meshRoutes(context), streamRoutes(context))
  app.use(notFound, answerProblems(context.log))
  return app
}
