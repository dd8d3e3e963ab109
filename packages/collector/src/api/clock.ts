import { encodeClock } from '@portolan/wire'
import { Router } from 'express'
import type { ApiContext } from './context.ts'

/** The page tells time as the collector does: the browser's may be off, and a recording has its own. */
export function clockRoutes({ clock, pace }: Pick<ApiContext, 'clock' | 'pace'>): Router {
  const router = Router()
  router.get('/clock', (_request, response) => {
    response.json(encodeClock(clock.now(), pace()))
  })
  return router
}
