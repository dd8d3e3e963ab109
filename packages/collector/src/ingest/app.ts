import express, { type Express } from 'express'
import type { ApiContext } from '../api/context.ts'
import { securityHeaders } from '../api/guard.ts'
import { healthRoutes } from '../api/health.ts'
import { answerProblems, notFound } from '../api/problem.ts'
import { type IngestContext, ingestRoutes } from './routes.ts'

/**
 * What is reached from outside the collector's own machine or pod: observers that say who they are, Prometheus, and
 * whoever looks whether it lives. Nothing that was seen can be read here but the metrics.
 */
export function createIngestApp(
  ingest: IngestContext,
  api: Pick<ApiContext, 'log' | 'fault' | 'renderMetrics'>,
): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(securityHeaders, healthRoutes(api))
  app.use('/api/v1', ingestRoutes(ingest))
  app.use(notFound, answerProblems(api.log))
  return app
}
