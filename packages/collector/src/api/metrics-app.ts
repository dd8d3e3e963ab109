import express, { type Express } from 'express'
import type { ApiContext } from './context.ts'
import { securityHeaders } from './guard.ts'
import { healthRoutes } from './health.ts'
import { answerProblems, notFound, readOnly } from './problem.ts'

/** Metrics and health alone, for a Prometheus or a kubelet elsewhere: it asks nobody who they are. */
export function createMetricsApp(context: Pick<ApiContext, 'log' | 'fault' | 'renderMetrics'>): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(securityHeaders, readOnly, healthRoutes(context))
  app.use(notFound, answerProblems(context.log))
  return app
}
