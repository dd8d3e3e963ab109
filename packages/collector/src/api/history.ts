import { LONGEST_MS } from '@portolan/core'
import { type Response, Router } from 'express'
import * as z from 'zod'
import type { Archive } from '../archive/archive.ts'
import type { ApiContext } from './context.ts'
import { limit, range, readQuery, whole } from './query.ts'

const TARGETS = z.string().transform((list) => list.split(',').filter((target) => target !== ''))

/** So many ports are left out before the first. */
const OFFSET = whole.default(0)

/** Seconds, as ms. */
const RESOLUTION = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'expected seconds, e.g. 0.5')
  .transform((text) => Number(text) * 1000)
  .refine((ms) => ms <= LONGEST_MS, 'expected at most 31 days')
  .default(0)

/** Routes are no ports: they come on request. */
const WITH_ROUTES = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')

/** What was, out of the store. */
export function historyRoutes({
  scene,
  store,
  clock,
}: Pick<ApiContext, 'scene' | 'clock'> & { store: Pick<Archive, 'answer'> }): Router {
  const router = Router()

  router.get('/incidents', async (request, response) => {
    const query = readQuery({ ...range, state: z.enum(['open', 'closed']).optional(), limit }, request.query)
    send(response, await store.answer('incidents', { ...query, now: clock.now() }))
  })

  router.get('/incidents/:id', async (request, response) => {
    const { cluster } = readQuery({ cluster: range.cluster }, request.query)
    send(response, await store.answer('incident', { id: request.params.id, cluster, now: clock.now() }))
  })

  router.get('/epochs', async (request, response) => {
    const query = readQuery({ ...range, target: z.string().optional(), limit }, request.query)
    send(response, await store.answer('epochs', query))
  })

  router.get('/timeline', async (request, response) => {
    const query = readQuery({ ...range, targets: TARGETS.optional(), limit }, request.query)
    const { from = 0, to = clock.now() } = query
    send(response, await store.answer('timeline', { ...query, from, to }))
  })

  router.get('/lanes', async (request, response) => {
    const shape = {
      ...range,
      targets: TARGETS.optional(),
      routes: WITH_ROUTES,
      resolution: RESOLUTION,
      limit,
      offset: OFFSET,
    }
    const query = readQuery(shape, request.query)
    const { to = clock.now(), resolution: resolutionMs } = query
    const routes = query.routes ? await scene.routes(query.cluster) : []
    const { from = to - 3_600_000 } = query
    const current = await scene.targets(query.cluster)
    const named = routes.map(({ cluster, id }) => ({ cluster, target: id }))
    send(response, await store.answer('lanes', { ...query, from, to, resolutionMs, current, routes: named }))
  })

  return router
}

/** An answer that is JSON already. */
export function send(response: Response, json: Uint8Array): void {
  response.type('json').send(Buffer.from(json.buffer, json.byteOffset, json.byteLength))
}
