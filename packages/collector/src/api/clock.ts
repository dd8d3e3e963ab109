import { encodeClock } from '@portolan/wire'
import { Router } from 'express'
import type { ApiContext } from './context.ts'

/** The page tells time as the collector does: the browser's may be off, and a recording has its own. */
export function clockRoutes(
  { clock, pace, recorded }: Pick<ApiContext, 'clock' | 'pace' | 'recorded'>,
  by: 'collector' | 'hub',
): Router {
  const router = Router()
  router.get('/clock', (_request, response) => {
    response.json(encodeClock({ now: clock.now(), pace: pace(), recorded, hub: by === 'hub' }))
  })
  return router
}
