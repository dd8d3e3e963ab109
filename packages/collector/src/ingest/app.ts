import express, { type Express } from 'express'
import type { ApiContext } from '../api/context.ts'
import { securityHeaders } from '../api/guard.ts'
import { answerProblems, notFound } from '../api/problem.ts'
import { type IngestContext, ingestRoutes } from './routes.ts'

/** What observers elsewhere reach, who say who they are. Nothing that was seen can be read here. */
export function createIngestApp(ingest: IngestContext, { log }: Pick<ApiContext, 'log'>): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(securityHeaders)
  app.use('/api/v1', ingestRoutes(ingest))
  app.use(notFound, answerProblems(log))
  return app
}
