import express, { type Express } from 'express'
import { clockRoutes } from './clock.ts'
import type { ApiContext } from './context.ts'
import { createGate, type PageAccess } from './gate.ts'
import { isLoopback, loopbackNamesOnly, ownSiteOnly, securityHeaders } from './guard.ts'
import { healthRoutes } from './health.ts'
import { historyRoutes } from './history.ts'
import { meshRoutes } from './mesh.ts'
import { noteRoutes } from './notes.ts'
import { objectRoutes } from './objects.ts'
import { pageRoutes } from './page.ts'
import { probeRoutes } from './probes.ts'
import { answerProblems, notFound, readOnly } from './problem.ts'
import { routeRoutes } from './routes.ts'
import { streamRoutes } from './stream.ts'
import { targetRoutes } from './targets.ts'

/**
 * The HTTP API of the collector.
 *
 * @param host where it is going to listen: elsewhere than on loopback nobody reads without a key
 */
export function createApi(context: ApiContext, host: string, access: PageAccess): Express {
  const isPrivate = access.isPrivate || !isLoopback(host)
  const { mayRead, mayWrite, ownerOf, routes } = createGate({ ...access, isPrivate }, context.clock)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(securityHeaders)
  if (isLoopback(host)) app.use(loopbackNamesOnly)
  app.use(ownSiteOnly)
  app.use('/api/v1', routes)
  app.use(healthRoutes(context), pageRoutes(context))
  app.use('/api/v1', mayRead, noteRoutes(context, mayWrite, ownerOf))
  app.use(readOnly)
  app.use(
    '/api/v1',
    clockRoutes(context, 'collector'),
    targetRoutes(context),
    routeRoutes(context),
    historyRoutes(context),
  )
  app.use('/api/v1', probeRoutes(context), meshRoutes(context), objectRoutes(context), streamRoutes(context))
  app.use(notFound, answerProblems(context.log))
  return app
}
